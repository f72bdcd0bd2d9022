using Relay.Core.Messages;

namespace Relay.Core.Forwarding;

/// <summary>What came of trying to forward a message while its client waits.</summary>
/// <param name="Outcomes">So far, in the order of the envelope's recipients.</param>
/// <param name="Attempts">Finished ones, in the order in which they ended.</param>
/// <param name="Running">Attempts that were not finished when the budget ended; whoever stores the message hands its copy over to them.</param>
internal sealed record ForwardResult(
    RecipientOutcome[] Outcomes,
    IReadOnlyList<AttemptRecord> Attempts,
    IReadOnlyList<RunningAttempt> Running
)
{
    /// <summary>Not all recipients share one final outcome: something has to wait, or to be told to the sender in another way than by the reply.</summary>
    public bool IsUnfinished =>
        Running.Count > 0
        || Array.Exists(Outcomes, static outcome => outcome.Kind is OutcomeKind.Deferred or OutcomeKind.Uncertain)
        || Array.Exists(Outcomes, outcome => outcome.Kind != Outcomes[0].Kind);
}
