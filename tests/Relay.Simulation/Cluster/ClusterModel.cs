namespace Relay.Simulation.Cluster;

/// <summary>
/// The formulas of docs/scaling.md. The writer of a node commits what waits, all of it at once, and what comes meanwhile waits for the next time: so does the disk of
/// the database with the commits of all nodes. Both are servers that take everybody who waits (group commit), and the time of the one is part of the service of the other: a
/// fixed point, found by going round.
/// </summary>
internal static class ClusterModel
{
    private const int Rounds = 2000;

    /// <summary>Each round goes a part of the way only, so that near saturation it does not swing.</summary>
    private const double Step = 0.05;

    /// <summary>Spooled messages a second that the disk's bandwidth or the processors let through, with batches as large as they may be.</summary>
    public static double Capacity(ClusterParameters of)
    {
        var disk = of.WalBandwidth / (of.WalBytesPerWrite + (of.WalBytesPerCommit / LargestBatch(of)));
        var processors = of.Processors / (of.ProcessorPerWrite + (of.ProcessorPerCommit / LargestBatch(of)));
        return Math.Min(disk, processors) / ClusterParameters.WritesPerMessage;
    }

    public static ClusterFigures Solve(ClusterParameters of)
    {
        var writes = Math.Min(of.Writes, Capacity(of) * ClusterParameters.WritesPerMessage);
        var perNode = writes / of.Nodes;
        var others = of.Nodes * (of.HeartbeatsPerNode + of.LedgerAsksPerNode);
        var (time, flush) = (of.RoundTrip + of.FlushTime + of.ReplicaTime, of.FlushTime);
        double commits = 0;
        for (var round = 0; round < Rounds; round++)
        {
            commits = (of.Nodes * Math.Max(1 / Cycle(perNode / 2, time, of.Patience), perNode / LargestBatch(of))) + others;
            flush += Step * (FlushTime(of, writes, commits, flush) - flush);
            time += Step * (CommitTime(of, writes, commits, flush) - time);
        }

        var bytes = (writes * of.WalBytesPerWrite) + (commits * of.WalBytesPerCommit);
        return new ClusterFigures
        {
            Spooled = writes / ClusterParameters.WritesPerMessage,
            CommitsPerSpooledMessage = (commits - others) / (writes / ClusterParameters.WritesPerMessage),
            Commits = commits,
            CommitTime = time,
            WalBytes = bytes,
            ProcessorsInUse = ((writes * of.ProcessorPerWrite) + (commits * of.ProcessorPerCommit)) / of.Processors,
            DiskInUse = bytes / of.WalBandwidth,
            LedgerTime = LedgerTime(of, time - (writes / (commits - others) * of.ProcessorPerWrite) + of.ProcessorPerWrite),
        };
    }

    private static double LargestBatch(ClusterParameters of) => of.LargestBatch * ClusterParameters.WritesPerMessage;

    /// <summary>
    /// Seconds from one commit of a node to its next. It takes T. When an insert has come meanwhile, the next begins at once. If none has, with probability e^-λT,
    /// the writer is idle until one comes or a settlement has lost its patience: for a settlement that is waiting already, or the first to come, that is
    /// (1 - e^-λP) / λ on average, if it has the patience P.
    /// </summary>
    /// <param name="rate">λ: inserts a second, and as many settlements.</param>
    /// <param name="time">T.</param>
    /// <param name="patience">P.</param>
    private static double Cycle(double rate, double time, double patience)
    {
        var none = Math.Exp(-rate * time);
        var settlementFirst = (1 / (2 * rate)) + (Wait(patience) / 2);
        // One that came in the midst of the commit has waited for half of it.
        var idle = (none * settlementFirst) + ((1 - none) * Wait(Math.Max(0, patience - (time / 2))));
        return time + (none * idle);

        double Wait(double most) => (1 - Math.Exp(-rate * most)) / rate;
    }

    /// <summary>One flush: the latency of the disk and the bytes that came since the last one.</summary>
    private static double FlushTime(ClusterParameters of, double writes, double commits, double flush)
    {
        var bytes = (writes * of.WalBytesPerWrite) + (commits * of.WalBytesPerCommit);
        var sinceTheLast = flush + (Math.Exp(-commits * flush) / commits);
        return of.FlushTime + (bytes * sinceTheLast / of.WalBandwidth);
    }

    /// <summary>A commit that finds a flush under way waits for its end, half of it on average, and then for its own.</summary>
    private static double CommitTime(ClusterParameters of, double writes, double commits, double flush)
    {
        var busy = flush / (flush + (Math.Exp(-commits * flush) / commits));
        var ofOthers = 1 - (1.0 / of.Nodes); // nobody waits for a flush of his own
        var service = of.ProcessorPerCommit + (writes / commits * of.ProcessorPerWrite);
        return of.RoundTrip + ProcessorWait(of, commits, service) + service + (flush * (1 + (busy * ofOthers / 2))) + of.ReplicaTime;
    }

    /// <summary>Erlang's formula for those who find all processors taken; halved, for the times of service are much alike.</summary>
    private static double ProcessorWait(ClusterParameters of, double commits, double service)
    {
        var load = Math.Min(commits * service, of.Processors * 0.999);
        double inverse = 1;
        for (var servers = 1; servers <= of.Processors; servers++)
        {
            inverse = 1 + (inverse * servers / load);
        }

        var blocked = 1 / inverse;
        var waits = blocked / (1 - (load / of.Processors * (1 - blocked)));
        return waits * service / (of.Processors - load) / 2;
    }

    /// <summary>Who is asked for a block locks the row of its limit until its commit is safe: one after the other (M/D/1).</summary>
    private static double LedgerTime(ClusterParameters of, double commitTime)
    {
        var locked = commitTime - of.RoundTrip;
        var load = of.Nodes * of.LedgerAsksPerNode * locked;
        return load >= 1 ? double.PositiveInfinity : commitTime + (load * locked / (2 * (1 - load)));
    }
}
