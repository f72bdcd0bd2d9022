using System.Net;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>The configuration changes while mail flows; no client notices.</summary>
internal sealed class Reload : Scenario
{
    [Test]
    public async Task Three_hundred_reloads_under_load_lose_nothing_and_drop_no_session()
    {
        var sinks = Enumerable.Range(0, 4).Select(_ => StartCountingSink()).ToArray();
        var configuration = Configuration(sinks, new Random(1));
        var relay = await StartRelayAsync(configuration);
        var load = new LoadClient(relay.Port, sessions: 8);
        var isOver = false;
        var sending = load.SendWhileAsync(_ => !Volatile.Read(ref isOver));
        var random = new Random(2);
        var applied = 0;
        for (var reload = 0; reload < 300; reload++)
        {
            var answered = load.Answered;
            Change(configuration, sinks, random);
            await relay.WriteConfigurationAsync();
            applied += await ReloadAsync(relay) == HttpStatusCode.OK ? 1 : 0;
            await Until.TrueAsync(() => load.Answered >= answered + random.Next(1, 10), "mail flows on");
        }

        Volatile.Write(ref isOver, true);
        await sending;

        Assert.That(applied, Is.EqualTo(300));
        Assert.That(load.Refused, Is.Empty, "no session dropped, nothing put off");
        var arrived = sinks.SelectMany(sink => sink.Arrivals).ToList();
        Assert.That(arrived.Sum(arrival => arrival.Value), Is.EqualTo(load.Answered), "nothing lost, nothing twice");
        Assert.That(arrived.Select(arrival => arrival.Key), Is.EquivalentTo(load.Accepted));
        var keeper = (await relay.GetUpstreamsAsync())["u0"];
        Assert.That(keeper.Delivered, Is.EqualTo(sinks[0].Count), "the one that stayed counted on");
    }

    [Test]
    public async Task A_changed_file_is_noticed_and_a_bad_one_changes_nothing()
    {
        var (a, b) = (StartCountingSink(), StartCountingSink());
        var configuration = new RelayConfiguration().Upstream("a", a.Address);
        var relay = await StartRelayAsync(configuration);
        relay.ExpectLogged("Configuration not reloaded");

        configuration.Upstream("a", b.Address);
        await relay.WriteConfigurationAsync();
        await relay.LoggedAsync("revision 2");
        var load = new LoadClient(relay.Port, sessions: 1);
        await load.SendAsync(1);
        configuration.Upstream("a", a.Address, new { Wieght = 3 });
        await relay.WriteConfigurationAsync();
        await relay.LoggedAsync("Configuration not reloaded");
        await load.SendAsync(1);

        Assert.That(b.Count, Is.EqualTo(2), "the old configuration goes on");
        var log = await relay.WholeLogAsync();
        Assert.That(log, Does.Contain("Relay:Groups:default:Upstreams:a:Address: " + a.Address + " -> " + b.Address));
        Assert.That(log, Does.Contain("did you mean").And.Contain("Weight"));
    }

    [Test]
    public async Task SIGHUP_reloads_and_a_key_that_needs_a_restart_is_refused()
    {
        var a = StartCountingSink();
        var configuration = new RelayConfiguration().Upstream("a", a.Address);
        var relay = await StartRelayAsync(configuration);
        relay.ExpectLogged("Configuration not reloaded");

        relay.HangUp();
        await relay.LoggedAsync("(SIGHUP): nothing has changed");
        configuration.Set("Listeners:other:Address", $"127.0.0.1:{LocalPort.Free()}");
        await relay.WriteConfigurationAsync();

        Assert.That(await ReloadAsync(relay), Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        await relay.LoggedAsync("Relay:Listeners:other: a change of this key needs a restart");
    }

    private static RelayConfiguration Configuration(CountingSink[] sinks, Random random)
    {
        var configuration = new RelayConfiguration().Upstream("u0", sinks[0].Address);
        Change(configuration, sinks, random);
        return configuration;
    }

    /// <summary>The first server stays; others come, go, and change their weight and tier.</summary>
    private static void Change(RelayConfiguration configuration, CountingSink[] sinks, Random random)
    {
        configuration.Set("Groups:default:Upstreams", new { });
        configuration.Strategy(random.Next(2) == 0 ? "RoundRobin" : "LeastConnections");
        for (var index = 0; index < sinks.Length; index++)
        {
            if (index == 0 || random.Next(2) == 0)
            {
                var settings = new
                {
                    Weight = random.Next(1, 5),
                    Priority = index == 0 ? 0 : random.Next(2),
                    Connections = random.Next(2, 9),
                };
                configuration.Upstream($"u{index}", sinks[index].Address, settings);
            }
        }
    }

    private static async Task<HttpStatusCode> ReloadAsync(RelayUnderTest relay)
    {
        using var response = await relay.Api.PostAsync("/api/v1/config/reload", content: null);
        return response.StatusCode;
    }
}
