using Relay.Core.Configuration;

namespace Relay.Cli.Setup;

/// <summary>A strategy for servers that were just looked at, and why.</summary>
/// <param name="Strategy">As the configuration names it.</param>
/// <param name="Why">A sentence.</param>
/// <param name="AsksOthers">What one refuses for good another is asked for (<c>Refused: TryNext</c>).</param>
internal sealed record StrategyAdvice(string Strategy, string Why, bool AsksOthers = false)
{
    /// <summary>From this factor between the slowest and the fastest the speed of a server is no accident of the moment.</summary>
    private const double Uneven = 4;

    private const double LeastMilliseconds = 20;

    public static StrategyAdvice For(IReadOnlyList<ServerDraft> servers)
    {
        var presets = servers.Select(static server => server.Preset).Distinct().ToList();
        if (servers.Count == 1)
        {
            return new(
                "LeastConnections",
                "There is one server, so that there is nothing to choose yet; with a second one mail goes on when one is away."
            );
        }

        if (presets.Count > 1 && presets.Exists(static preset => preset != UpstreamPreset.None))
        {
            return new(
                "Failover",
                "The servers belong to different providers: in the order given, the first is used as long as it has room within its rates, and what one refuses for good another may take.",
                AsksOthers: true
            );
        }

        var times = servers
            .Select(static server => server.Report is { Works: true } report ? report.Milliseconds : 0)
            .Where(static time => time > 0)
            .ToList();
        if (times.Count > 1 && times.Max() >= LeastMilliseconds && times.Max() > Uneven * times.Min())
        {
            return new("Adaptive", $"The servers differ in speed ({times.Min():0} to {times.Max():0} ms): each gets what it can do now.");
        }

        return new(
            "LeastConnections",
            "The servers are alike: whoever has the least to do is next, so that one that becomes slow gets less."
        );
    }

    /// <summary>Somebody has decided.</summary>
    public static StrategyAdvice Given(string strategy) => new(strategy, "Chosen by hand.");
}
