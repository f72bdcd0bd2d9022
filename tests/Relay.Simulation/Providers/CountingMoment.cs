namespace Relay.Simulation.Providers;

/// <summary>When in a transaction a provider counts it: none says so, and each is free to.</summary>
internal enum CountingMoment
{
    /// <summary>At MAIL; recipients at each RCPT.</summary>
    Mail,

    /// <summary>At DATA, or at the beginning of the last chunk.</summary>
    Data,

    /// <summary>When the whole message is there.</summary>
    Dot,

    /// <summary>After some work on the message, just before the reply to the dot.</summary>
    Reply,
}
