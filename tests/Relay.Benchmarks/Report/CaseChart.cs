using Relay.Benchmarks.Compare;

namespace Relay.Benchmarks.Report;

/// <summary>The picture of one case: rate, CPU time and latency of all peers.</summary>
internal static class CaseChart
{
    public static string Draw(Case load, IReadOnlyList<PeerFigures> figures)
    {
        var relays = figures.Where(static peer => !peer.IsDirect).ToArray();
        var chart = new BarChart(load.Title);
        chart.Add("messages a second: more is better", [.. figures.Select(static peer => new Bar(peer.Peer, Median.Of(peer.PerSecond)))]);
        if (relays.Length > 0)
        {
            chart.Add(
                "CPU seconds per 1,000 messages, of the relay: less is better",
                [.. relays.Select(static peer => new Bar(peer.Peer, Median.Of(peer.PeerCpu)))]
            );
        }

        chart.Add(
            "latency in ms, p50 / p99 behind it: less is better",
            [.. figures.Select(static peer => new Bar(peer.Peer, peer.P50Ms, peer.P99Ms))]
        );
        return chart.ToSvg();
    }
}
