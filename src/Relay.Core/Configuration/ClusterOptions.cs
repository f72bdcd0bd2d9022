namespace Relay.Core.Configuration;

/// <summary>Nodes that share a PostgreSQL spool.</summary>
public sealed record ClusterOptions
{
    /// <summary>What this node is called, in lists and logs. Default: the machine's name.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>How long a node may be silent until the others take over what it worked on. Default: 10 s.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a node goes on with its part of the rates that nodes share while it does not reach the database; so long the others wait for the part of one that is dead.
    /// Default: 2 min.
    /// </summary>
    public TimeSpan RatesWithoutDatabase { get; init; } = TimeSpan.FromMinutes(2);
}
