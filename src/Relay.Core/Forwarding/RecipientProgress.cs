using Relay.Core.Messages;

namespace Relay.Core.Forwarding;

/// <summary>Where one recipient stands while upstream after upstream is asked. Pure.</summary>
internal struct RecipientProgress
{
    private bool _hasDefiniteWord;
    private bool _isLastWordDue;

    /// <summary>What it is if nobody else is asked.</summary>
    public RecipientOutcome Outcome { get; private set; }

    /// <summary>Nobody else is to be asked.</summary>
    public bool IsSettled { get; private set; }

    public void Apply(RecipientVerdict judged, string upstream)
    {
        var verdict = judged.Verdict;
        var isWord = verdict.Blame == Blame.Message;
        IsSettled = verdict.Next == NextStep.Stop || (_isLastWordDue && isWord);
        _isLastWordDue |= verdict.Next == NextStep.TryOneOther;

        // A server that merely failed does not take back what another has said of the message.
        if (isWord || !_hasDefiniteWord || verdict.Outcome is OutcomeKind.Delivered or OutcomeKind.Uncertain)
        {
            Outcome = new RecipientOutcome(verdict.Outcome, judged.Reply, judged.IsNotSent ? null : upstream);
        }

        _hasDefiniteWord |= isWord;
    }

    /// <summary>An attempt that nobody waits for any more has the last word: what was said before it decides nothing.</summary>
    public void LeaveOpen() => Outcome = default;

    /// <summary>Nobody has room for it before then.</summary>
    public void WaitForRoom(DateTimeOffset at) => Outcome = Outcome with { RoomAt = at };

    /// <summary>Decided without asking anybody.</summary>
    public void Settle(RecipientOutcome outcome)
    {
        Outcome = outcome;
        IsSettled = true;
    }
}
