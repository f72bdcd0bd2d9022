namespace Relay.Admin;

/// <summary>Somebody did something by hand, or tried to.</summary>
/// <param name="Number">Counts all since the start of the process.</param>
/// <param name="At">When.</param>
/// <param name="Who">How they are known, and from where.</param>
/// <param name="Action">What: <c>upstream.drain</c>, <c>queue.delete</c> …</param>
/// <param name="Target">With what.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Node">On which of several nodes that was; null for a relay that runs alone.</param>
internal sealed record AuditEntry(
    long Number,
    DateTimeOffset At,
    string Who,
    string Action,
    string Target,
    string Result,
    string? Node = null
);
