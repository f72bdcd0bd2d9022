using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.LoadBalancing;

/// <summary>
/// The runs that the pictures in docs/load-balancing.md are drawn from (tests/draw-strategies.sh): for each strategy one line a message, in
/// artifacts/strategies.
/// </summary>
[NonParallelizable]
[Category("Soak")]
internal sealed class StrategyRecordings : UnevenLoad
{
    private const int Slots = 20;

    private static readonly TimeSpan HalfTime = TimeSpan.FromSeconds(15);

    [TestCase("RoundRobin")]
    [TestCase("LeastConnections")]
    [TestCase("IpHash")]
    [TestCase("Adaptive")]
    [TestCase("Random")]
    [TestCase("SenderHash")]
    [TestCase("RecipientHash")]
    [TestCase("Failover")]
    public async Task Under_uneven_load_that_changes_at_half_time(string strategy)
    {
        var load = await StartAsync(strategy, Slots);

        var sending = load.SendWhileAsync(_ => load.Elapsed < 2 * HalfTime);
        await Until.TrueAsync(() => load.Elapsed >= HalfTime, "half of the time is over", 2 * HalfTime);
        MakeSlow("d");
        await sending;

        AssertServersAgree(load);
        await WriteAsync(strategy, load);
    }

    private static Task WriteAsync(string strategy, SpreadLoad load)
    {
        var folder = Directory.CreateDirectory(Repository.PathOf("artifacts/strategies"));
        var lines = load.Sent.Select(static message =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{message.At.TotalSeconds:F4},{message.Wait.TotalMilliseconds:F1},{message.Server},{message.Client},{message.Sender},{message.Domain}"
            )
        );
        return File.WriteAllLinesAsync(
            Path.Combine(folder.FullName, $"{strategy}.csv"),
            lines.Prepend("at_s,wait_ms,server,client,sender,domain")
        );
    }
}
