using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Report;
using static System.FormattableString;

namespace Relay.Benchmarks.Growth;

/// <summary>The picture of <c>growth</c>: a panel for each number that grows, which begins with the base.</summary>
internal static class GrowthChart
{
    public static string Draw(IReadOnlyList<GrowthPoint> points, IReadOnlyList<Run> runs)
    {
        var chart = new BarChart("CPU seconds per 1,000 messages of 4 KiB, kept open: less is better");
        foreach (var axis in points.Skip(1).GroupBy(static point => point.Axis, StringComparer.Ordinal))
        {
            GrowthPoint[] shown = [GrowthPoint.Base, .. axis];
            chart.Add(axis.Key, [.. shown.Select(point => BarOf(axis.Key, point, runs))]);
        }

        return chart.ToSvg();
    }

    private static Bar BarOf(string axis, GrowthPoint point, IReadOnlyList<Run> runs)
    {
        var count = axis switch
        {
            "sessions" => point.Sessions,
            "upstreams" => point.Upstreams,
            _ => point.Routes,
        };
        return new Bar(Invariant($"{count:N0}"), Median.Of(new PeerFigures(runs, point.Name).PeerCpu), IsOwn: true);
    }
}
