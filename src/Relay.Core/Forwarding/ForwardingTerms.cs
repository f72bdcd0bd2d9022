namespace Relay.Core.Forwarding;

/// <summary>What holds for a message in all its groups.</summary>
/// <param name="Budget">Time and number of attempts, together.</param>
/// <param name="AllOrNothing">One refused recipient, and nothing is sent.</param>
/// <param name="LeaveRunning">An attempt that is under way when the budget ends is left running rather than awaited.</param>
/// <param name="Reporter">Is told how each attempt went.</param>
/// <param name="Watch">Ends the waiting for an attempt.</param>
/// <param name="Time">The clock.</param>
/// <param name="BeforeAttempt">Writes down that the final dot may go out to the next server, and what is settled by then; false ends the run with what it came to before. Null where nothing is stored yet.</param>
/// <param name="MayGoOut">Asked right before each final dot; false gives the attempt up. Null where nobody else can have the message.</param>
internal sealed record ForwardingTerms(
    AttemptBudget Budget,
    bool AllOrNothing,
    bool LeaveRunning,
    AttemptReporter Reporter,
    AttemptWatch Watch,
    TimeProvider Time,
    Func<NextAttempt, ValueTask<bool>>? BeforeAttempt = null,
    Func<bool>? MayGoOut = null
);
