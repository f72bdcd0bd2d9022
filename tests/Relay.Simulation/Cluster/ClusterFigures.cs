namespace Relay.Simulation.Cluster;

/// <summary>What comes out, by the model or by the simulation.</summary>
internal sealed record ClusterFigures
{
    /// <summary>Spooled messages that the database keeps up with, a second.</summary>
    public required double Spooled { get; init; }

    /// <summary>Commits of the spool by the messages that they served: those of many at once count once.</summary>
    public required double CommitsPerSpooledMessage { get; init; }

    /// <summary>In all, a second: with heartbeats and what the ledger is asked.</summary>
    public required double Commits { get; init; }

    /// <summary>Seconds from the moment at which a writer sends its batch until it is told that it is safe.</summary>
    public required double CommitTime { get; init; }

    public required double WalBytes { get; init; }

    /// <summary>Of the database's processors, 1 for all of them.</summary>
    public required double ProcessorsInUse { get; init; }

    /// <summary>Of the time, the disk that holds the WAL writes bytes rather than waits for its own latency: 1 means that it is full.</summary>
    public required double DiskInUse { get; init; }

    /// <summary>Seconds that a node waits for an answer of the ledger; infinite when more is asked than it answers.</summary>
    public required double LedgerTime { get; init; }
}
