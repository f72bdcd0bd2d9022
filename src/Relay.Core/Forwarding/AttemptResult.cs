using Relay.Core.Messages;

namespace Relay.Core.Forwarding;

/// <summary>How one attempt ended.</summary>
/// <param name="Verdicts">In the order of the recipients it was given.</param>
/// <param name="Record">For logs and trails.</param>
/// <param name="HasSeenMessage">The upstream was told of the message; one that could not be reached does not count as an attempt.</param>
internal sealed record AttemptResult(RecipientVerdict[] Verdicts, AttemptRecord Record, bool HasSeenMessage)
{
    /// <summary>Some recipients were left out, since the upstream's pace had room for no more.</summary>
    public bool IsCutShort => Array.Exists(Verdicts, static verdict => verdict.Verdict.Next == NextStep.WhenInPace);

    /// <summary>What it means for each of its recipients when nobody else is asked.</summary>
    public RecipientOutcome[] Outcomes =>
        Array.ConvertAll(
            Verdicts,
            verdict =>
            {
                var progress = new RecipientProgress();
                progress.Apply(verdict, Record.Upstream);
                return progress.Outcome;
            }
        );
}
