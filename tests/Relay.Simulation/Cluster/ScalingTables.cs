using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace Relay.Simulation.Cluster;

/// <summary>The tables of docs/scaling.md.</summary>
internal static class ScalingTables
{
    private static readonly (int Nodes, double Share)[] Rows =
    [
        (3, 0.02),
        (3, 1),
        (10, 0.02),
        (10, 1),
        (30, 0.2),
        (30, 1),
        (100, 0.02),
        (100, 0.2),
        (100, 0.5),
        (100, 1),
    ];

    public static string All => Invariant($"{Parameters}\n{Sizes}\n{Groups}");

    /// <summary>What everything is worked out from.</summary>
    public static string Parameters
    {
        get
        {
            var of = new ClusterParameters();
            return new Table("figure", "value")
                .Row("writes for a spooled message: insert, settlement", ClusterParameters.WritesPerMessage)
                .Row("a settlement waits for company, at most", Invariant($"{of.Patience * 1e3:N0} ms"))
                .Row("inserts in a commit, at most, and as many settlements", of.LargestBatch)
                .Row("WAL of a write of a message of 4 KiB, on average", Invariant($"{of.WalBytesPerWrite:N0} bytes"))
                .Row("WAL of a commit beside it", Invariant($"{of.WalBytesPerCommit:N0} bytes"))
                .Row("processor time of a write", Invariant($"{of.ProcessorPerWrite * 1e6:N0} µs"))
                .Row("processor time of a commit beside it", Invariant($"{of.ProcessorPerCommit * 1e6:N0} µs"))
                .Row("processors of the database", of.Processors)
                .Row("a flush of next to nothing", Invariant($"{of.FlushTime * 1e3:N1} ms"))
                .Row("bandwidth of its disk, and of the way to the replica", Invariant($"{of.WalBandwidth / 1e6:N0} MB/s"))
                .Row("the replica's flush beyond that", Invariant($"{of.ReplicaTime * 1e3:N1} ms"))
                .Row("round trip from a node", Invariant($"{of.RoundTrip * 1e3:N1} ms"))
                .Row("renewals of a node's lease", Invariant($"{of.HeartbeatsPerNode:N0}/s"))
                .Row("blocks of a limit that a node asks for", Invariant($"{of.LedgerAsksPerNode:N0}/s"))
                .Row("connections of a node, at most", of.ConnectionsPerNode)
                .ToString();
        }
    }

    /// <summary>Nodes of a thousand messages a second each, by how many of those are spooled.</summary>
    public static string Sizes
    {
        get
        {
            var table = new Table(
                "nodes",
                "messages/s",
                "spooled",
                "spooled/s that go through",
                "commits/s",
                "commits per spooled message",
                "a commit takes",
                "WAL",
                "processors in use",
                "disk in use"
            );
            foreach (var (nodes, share) in Rows)
            {
                var of = new ClusterParameters { Nodes = nodes, SpooledShare = share };
                var run = ClusterSimulation.Run(of, Seconds(of), seed: 1);
                var isFull = run.Spooled < 0.98 * of.Spooled;
                table.Row(
                    nodes,
                    Invariant($"{of.Messages:N0}"),
                    Invariant($"{share * 100:N0} %"),
                    isFull ? Invariant($"**{Rounded(run.Spooled)} of {of.Spooled:N0}**") : Rounded(run.Spooled),
                    Rounded(run.Commits),
                    Invariant($"{run.CommitsPerSpooledMessage:N2}"),
                    Invariant($"{run.CommitTime * 1e3:N1} ms"),
                    Invariant($"{run.WalBytes / 1e6:N0} MB/s"),
                    Invariant($"{run.ProcessorsInUse * 100:N0} %"),
                    Invariant($"{run.DiskInUse * 100:N0} %")
                );
            }

            return table.ToString();
        }
    }

    /// <summary>How many databases 100,000 messages a second want, each with seven tenths of what it could do.</summary>
    public static string Groups
    {
        get
        {
            var table = new Table(
                "of 100,000 messages/s are spooled",
                "databases",
                "nodes of each",
                "disk in use",
                "processors in use",
                "a commit takes"
            );
            foreach (var share in (double[])[0.02, 0.2, 0.5, 1])
            {
                var databases = (int)Math.Ceiling(100_000 * share / (0.7 * ClusterModel.Capacity(new ClusterParameters())));
                var of = new ClusterParameters { Nodes = 100 / databases, SpooledShare = share };
                var run = ClusterSimulation.Run(of, Seconds(of), seed: 1);
                table.Row(
                    Invariant($"{share * 100:N0} %"),
                    databases,
                    of.Nodes,
                    Invariant($"{run.DiskInUse * 100:N0} %"),
                    Invariant($"{run.ProcessorsInUse * 100:N0} %"),
                    Invariant($"{run.CommitTime * 1e3:N1} ms")
                );
            }

            return table.ToString();
        }
    }

    /// <summary>Long enough for some ten thousand commits, and short enough for a test.</summary>
    public static double Seconds(ClusterParameters of) => Math.Clamp(100_000 / of.Writes, 1, 60);

    private static string Rounded(double value)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(value)) - 1));
        return (Math.Round(value / unit) * unit).ToString("N0", CultureInfo.InvariantCulture);
    }

    private sealed class Table
    {
        private readonly StringBuilder _text = new();

        public Table(params IReadOnlyList<string> heads) => Row([.. heads]).Row([.. heads.Select(static _ => "---")]);

        public Table Row(params IReadOnlyList<object> cells)
        {
            _text
                .Append("| ")
                .AppendJoin(" | ", cells.Select(static cell => Convert.ToString(cell, CultureInfo.InvariantCulture)))
                .Append(" |\n");
            return this;
        }

        public override string ToString() => _text.ToString();
    }
}
