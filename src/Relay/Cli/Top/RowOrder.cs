namespace Relay.Cli.Top;

/// <summary>What the table is sorted by.</summary>
internal enum RowOrder
{
    /// <summary>Group, tier and name, as the relay lists them.</summary>
    Name,

    /// <summary>Those that are not healthy first.</summary>
    State,

    /// <summary>Busiest first.</summary>
    Rate,

    InFlight,

    /// <summary>Slowest first.</summary>
    Latency,
}
