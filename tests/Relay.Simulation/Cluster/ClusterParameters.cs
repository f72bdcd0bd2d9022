namespace Relay.Simulation.Cluster;

/// <summary>
/// What nodes ask of their database and what that costs it. The one place for these figures: the model, the simulation and the tables of docs/scaling.md are
/// worked out from them. Where each comes from is said in the document.
/// </summary>
internal sealed record ClusterParameters
{
    public int Nodes { get; init; } = 3;

    /// <summary>Messages that a node takes in a second.</summary>
    public double MessagesPerNode { get; init; } = 1000;

    /// <summary>How many of them are spooled: 1 for <c>Queue</c>, what is not delivered inline for <c>Hybrid</c>.</summary>
    public double SpooledShare { get; init; } = 0.02;

    /// <summary>
    /// Writes for a spooled message: its insert, which is in a hurry since a client waits, and its settlement, which nobody waits for and which goes with the next
    /// insert. A further run adds a claim and a settlement, shared with the others that are due.
    /// </summary>
    public const double WritesPerMessage = 2;

    /// <summary>Seconds that a write waits for company when nobody waits for it.</summary>
    public double Patience { get; init; } = 0.030;

    /// <summary>Seconds from the insert to the settlement, on average.</summary>
    public double DeliveryTime { get; init; } = 0.05;

    /// <summary>Inserts that go into one commit at most, and as many settlements beside them.</summary>
    public int LargestBatch { get; init; } = 300;

    /// <summary>WAL of one write, body included: half of what the insert and the delete of a message of 4 KiB come to.</summary>
    public double WalBytesPerWrite { get; init; } = 2_600;

    /// <summary>WAL of a commit beside its writes.</summary>
    public double WalBytesPerCommit { get; init; } = 40;

    /// <summary>Seconds of a processor for one write: parsing, heap, indexes, body.</summary>
    public double ProcessorPerWrite { get; init; } = 30e-6;

    /// <summary>Seconds of a processor for a transaction beside its writes.</summary>
    public double ProcessorPerCommit { get; init; } = 400e-6;

    /// <summary>Processors of the database's machine.</summary>
    public int Processors { get; init; } = 16;

    /// <summary>Seconds that the disk needs to flush next to nothing.</summary>
    public double FlushTime { get; init; } = 0.001;

    /// <summary>Bytes a second that the disk writes, and the replica takes.</summary>
    public double WalBandwidth { get; init; } = 400e6;

    /// <summary>Seconds until the synchronous replica has flushed it too, beyond the flush of the primary.</summary>
    public double ReplicaTime { get; init; } = 0.0015;

    /// <summary>Seconds to the database and back.</summary>
    public double RoundTrip { get; init; } = 0.0005;

    /// <summary>Renewals of a node's lease in a second: ten within <c>Cluster:LeaseTime</c>.</summary>
    public double HeartbeatsPerNode { get; init; } = 1;

    /// <summary>How often a second a node asks the ledger of a limit for its next block.</summary>
    public double LedgerAsksPerNode { get; init; } = 1;

    /// <summary>Connections of a node at most: its pool, and the one that hears the others.</summary>
    public int ConnectionsPerNode { get; init; } = 17;

    public double Messages => Nodes * MessagesPerNode;

    public double Spooled => Messages * SpooledShare;

    public double Writes => Spooled * WritesPerMessage;
}
