using System.Globalization;
using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Operators;

/// <summary><c>relay plan</c> against what a real relay then does.</summary>
internal sealed class Planning : Scenario
{
    /// <summary>Of a prediction: two servers of other delays, clients and all on one machine.</summary>
    private const double Tolerance = 0.15;

    [Test]
    public async Task Measured_reply_times_of_the_running_relay_are_planned_with()
    {
        var sink = StartCountingSink();
        sink.Delay = TimeSpan.FromMilliseconds(100);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));

        var before = await PlanAsync(relay, "--measured");
        await new LoadClient(relay.Port, sessions: 2).SendAsync(10);
        var after = await PlanAsync(relay, "--measured", "--redundancy", "N", "--json");

        Assert.That(before.ExitCode, Is.EqualTo(1));
        Assert.That(before.Output, Does.Contain("delivered nothing by default yet"));
        Assert.That(after.ExitCode, Is.Zero, after.Output);
        var server = JsonDocument.Parse(after.Output).RootElement.GetProperty("servers")[0];
        Assert.That(server.GetProperty("isMeasured").GetBoolean(), Is.True);
        Assert.That(server.GetProperty("replyMs").GetDouble(), Is.InRange(100, 400));
    }

    [Test]
    [Category("Soak")]
    [NonParallelizable]
    public async Task What_it_foretells_of_full_servers_and_of_a_failure_comes_true()
    {
        var (fast, slow) = (StartCountingSink(), StartCountingSink());
        (fast.Delay, slow.Delay) = (TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(150));
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Upstream("fast", fast.Address, new { Connections = 8 })
                .Upstream("slow", slow.Address, new { Connections = 12 })
        );
        relay.ExpectLogged("is ejected");
        await new LoadClient(relay.Port, sessions: 40).SendAsync(1000);
        using var plan = JsonDocument.Parse((await PlanAsync(relay, "--measured", "--json")).Output);

        var together = await RateAsync(relay, 6000);
        await fast.StopAsync();
        await relay.WaitForStateAsync("fast", "healthy"); // until mail finds out
        await new LoadClient(relay.Port, sessions: 20).SendAsync(100);
        var alone = await RateAsync(relay, 2000);

        var foretold = plan.RootElement.GetProperty("capacity").GetDouble();
        var foretoldAlone = plan
            .RootElement.GetProperty("servers")
            .EnumerateArray()
            .Single(static server => server.GetProperty("name").GetString() == "slow")
            .GetProperty("capacity")
            .GetDouble();
        await TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"together {together:0.0}/s, foretold {foretold:0.0}/s; without the fast one {alone:0.0}/s, foretold {foretoldAlone:0.0}/s"
            )
        );
        Assert.That(together, Is.EqualTo(foretold).Within(foretold * Tolerance));
        Assert.That(alone, Is.EqualTo(foretoldAlone).Within(foretoldAlone * Tolerance));
    }

    private static async Task<double> RateAsync(RelayUnderTest relay, int messages)
    {
        var load = new LoadClient(relay.Port, sessions: 40);
        var begin = TimeProvider.System.GetTimestamp();
        await load.SendAsync(messages);
        Assert.That(load.Refused, Is.Empty);
        return messages / TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
    }

    private static Task<ProcessResult> PlanAsync(RelayUnderTest relay, params string[] arguments) =>
        ProcessRunner.RunAsync(
            "dotnet",
            [Repository.Program, "plan", "--per-hour", "1000", "--config", relay.ConfigurationFile, .. arguments]
        );
}
