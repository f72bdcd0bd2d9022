namespace Relay.Core.Forwarding;

/// <summary>Why nobody waits for an attempt any more.</summary>
internal enum AttemptEnd
{
    /// <summary>It has come to its end.</summary>
    Completed,

    /// <summary>The time for which the client is kept waiting is over; the attempt may go on.</summary>
    OutOfTime,

    /// <summary>The process stops and does not wait.</summary>
    GivenUp,
}
