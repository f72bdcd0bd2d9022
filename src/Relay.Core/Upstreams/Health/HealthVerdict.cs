namespace Relay.Core.Upstreams.Health;

/// <summary>What this node itself has seen last of a server, by mail or by checks of its own, for other nodes to hear. Each is an object of its own: another one is news.</summary>
/// <param name="IsEjected">Ejected, or back after an ejection.</param>
internal sealed record HealthVerdict(bool IsEjected)
{
    public EjectionCause Cause { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>A timestamp: the end of the ejection.</summary>
    public long Until { get; init; }

    /// <summary>Ejections that followed one another soon.</summary>
    public int InARow { get; init; }

    /// <summary>It was ejected already, and a trial has failed.</summary>
    public bool IsTrial { get; init; }

    /// <summary>An operator wants it: what anybody has seen does not matter.</summary>
    public bool IsByHand { get; init; }
}
