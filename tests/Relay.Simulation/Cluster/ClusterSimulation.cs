namespace Relay.Simulation.Cluster;

/// <summary>Runs nodes and their database on virtual time. All that happens follows from the seed.</summary>
internal static class ClusterSimulation
{
    /// <param name="of">What is run.</param>
    /// <param name="seconds">For how long it is looked at.</param>
    /// <param name="seed">Of all chance.</param>
    public static ClusterFigures Run(ClusterParameters of, double seconds, int seed)
    {
        var events = new EventQueue();
        var random = new Random(seed);
        var database = new SimulatedDatabase(events, of, random);
        var nodes = Enumerable.Range(0, of.Nodes).Select(_ => new SimulatedNode(events, database, of, random)).ToList();
        nodes.ForEach(static node => node.Start());
        events.RunUntil(seconds / 2); // until queues are as long as they get
        var before = Count(database, nodes);
        events.RunUntil((seconds / 2) + seconds);
        return (Count(database, nodes) - before).Over(seconds, of);
    }

    private static Counts Count(SimulatedDatabase database, List<SimulatedNode> nodes) =>
        new(
            Rows: nodes.Sum(static node => node.WrittenRows),
            SpoolCommits: nodes.Sum(static node => node.Spool.Count),
            SpoolSeconds: nodes.Sum(static node => node.Spool.Seconds),
            Commits: database.Commits,
            Bytes: database.Wal.Written,
            Worked: database.Processors.Worked,
            LedgerAsks: nodes.Sum(static node => node.Ledger.Count),
            LedgerSeconds: nodes.Sum(static node => node.Ledger.Seconds)
        );

    private readonly record struct Counts(
        double Rows,
        double SpoolCommits,
        double SpoolSeconds,
        double Commits,
        double Bytes,
        double Worked,
        double LedgerAsks,
        double LedgerSeconds
    )
    {
        public static Counts operator -(Counts later, Counts earlier) =>
            new(
                later.Rows - earlier.Rows,
                later.SpoolCommits - earlier.SpoolCommits,
                later.SpoolSeconds - earlier.SpoolSeconds,
                later.Commits - earlier.Commits,
                later.Bytes - earlier.Bytes,
                later.Worked - earlier.Worked,
                later.LedgerAsks - earlier.LedgerAsks,
                later.LedgerSeconds - earlier.LedgerSeconds
            );

        public ClusterFigures Over(double seconds, ClusterParameters of) =>
            new()
            {
                Spooled = Rows / ClusterParameters.WritesPerMessage / seconds,
                CommitsPerSpooledMessage = SpoolCommits / (Rows / ClusterParameters.WritesPerMessage),
                Commits = Commits / seconds,
                CommitTime = SpoolSeconds / SpoolCommits,
                WalBytes = Bytes / seconds,
                ProcessorsInUse = Worked / seconds / of.Processors,
                DiskInUse = Bytes / seconds / of.WalBandwidth,
                LedgerTime = LedgerSeconds / LedgerAsks,
            };
    }
}
