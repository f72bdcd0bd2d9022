namespace Relay.Cli.Planning;

/// <summary>What a server can take, as far as its options and its reply time say.</summary>
internal sealed record PlanServer
{
    public required string Name { get; init; }

    /// <summary>0 is used first.</summary>
    public int Tier { get; init; }

    public int Weight { get; init; } = 1;

    /// <summary>Deliveries at once.</summary>
    public required int Connections { get; init; }

    /// <summary>Time of a delivery, from taking a connection to the reply to the final dot.</summary>
    public required double ReplySeconds { get; init; }

    /// <summary>Whether a running relay has measured it; else it is assumed.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>Messages a second that rates of a second and a minute allow; infinite without any.</summary>
    public double MostPerSecond { get; init; } = double.PositiveInfinity;

    /// <summary>Messages that quotas of an hour allow.</summary>
    public double MostPerHour { get; init; } = double.PositiveInfinity;

    /// <summary>Messages that quotas of a day allow.</summary>
    public double MostPerDay { get; init; } = double.PositiveInfinity;

    /// <summary>Messages a second over all of its connections: each carries one message in a reply time (Little's law, turned round).</summary>
    public double ByConnections => Connections / ReplySeconds;

    /// <summary>Messages a second at the very most.</summary>
    public double Capacity => Math.Min(ByConnections, MostPerSecond);

    /// <summary>Messages a second while connections stay free for what comes unevenly. A rate is kept by Relay and needs no such room.</summary>
    public double Usable => Math.Min(ByConnections * Planner.MostLoad, MostPerSecond);
}
