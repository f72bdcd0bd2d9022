namespace Relay.Benchmarks.Peers;

/// <summary>In what a relay that is measured differs from one as it ships.</summary>
internal sealed record RelaySettings
{
    /// <summary><c>Delivery:Accept</c>.</summary>
    public string Accept { get; init; } = "Hybrid";

    /// <summary><c>Log:Level</c>; with <c>Warning</c> there is no line for a message.</summary>
    public string LogLevel { get; init; } = "Information";

    /// <summary>Client connections it takes; all load comes from one address.</summary>
    public int Connections { get; init; } = 2000;

    /// <summary>How many upstreams it knows, spread over the servers there are; one for each when null.</summary>
    public int? Upstreams { get; init; }

    /// <summary>How many routes there are. All mail takes the last.</summary>
    public int Routes { get; init; } = 1;

    /// <summary>Settings of each upstream.</summary>
    public object Upstream { get; init; } = new { Tls = "None" };
}
