namespace Relay.Core.Upstreams.Health;

/// <summary>What a server's health is, as the API and the log call it.</summary>
internal enum UpstreamState
{
    Healthy,

    /// <summary>Out of use for a time, or until a trial succeeds.</summary>
    Ejected,

    /// <summary>Out of use until checks succeed, or mail does that was sent because nobody else was left.</summary>
    Unhealthy,

    /// <summary>Back after an ejection, with a share that grows.</summary>
    SlowStart,
}
