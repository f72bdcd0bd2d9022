using System.Net;
using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>Servers that no mail goes to are checked: Relay knows that one is gone, and that it is back, without a message being risked on it.</summary>
internal sealed class HealthChecks : Scenario
{
    [Test]
    public async Task A_server_that_dies_and_comes_back_is_noticed_without_any_mail()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(Checking().Upstream("a", sink.Address));
        await sink.StopAsync();
        await relay.WaitForStateAsync("a", "unhealthy");
        await AssertReadyAsync(relay, HttpStatusCode.ServiceUnavailable);

        sink.Start();
        await relay.WaitForStateAsync("a", "healthy");
        await AssertReadyAsync(relay, HttpStatusCode.OK);
        var load = new LoadClient(relay.Port, sessions: 1);
        await load.SendAsync(1);

        Assert.That(load.Refused, Is.Empty);
        Assert.That(sink.Count, Is.EqualTo(1));
        await relay.LoggedAsync("Upstream default/a is unhealthy: 2 checks failed");
        await relay.LoggedAsync("Upstream default/a is back: its checks are good");
    }

    [Test]
    public async Task A_check_greets_and_says_goodbye_and_never_begins_a_message()
    {
        await using var server = await ScriptedUpstream.StartAsync();
        await StartRelayAsync(Checking().Upstream("a", server.Address));

        await Until.TrueAsync(
            () => server.Commands.Count(command => command.StartsWith("QUIT", StringComparison.Ordinal)) >= 3,
            "three checks"
        );

        var verbs = server.Commands.Select(command => command.Split(' ')[0]).Distinct(StringComparer.Ordinal);
        Assert.That(verbs, Is.EquivalentTo(new[] { "EHLO", "QUIT" }));
        Assert.That(server.MostConnections, Is.EqualTo(1), "one at a time");
    }

    [Test]
    public async Task A_server_that_accepts_connections_and_says_nothing_is_unhealthy()
    {
        await using var server = await ScriptedUpstream.StartAsync();
        server.On(Stage.Greeting).Silence();
        var relay = await StartRelayAsync(Checking().Upstream("a", server.Address));

        await relay.WaitForStateAsync("a", "unhealthy");

        await relay.LoggedAsync("Upstream default/a is unhealthy: 2 checks failed: TimedOut at Greeting");
    }

    [Test]
    public async Task Required_tls_that_is_not_offered_makes_it_unhealthy_before_mail_meets_it()
    {
        var sink = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(Checking().Upstream("a", sink.Address, new { Tls = "StartTls" }));

        await relay.WaitForStateAsync("a", "unhealthy");

        await relay.LoggedAsync("TlsNotOffered");
    }

    [Test]
    public async Task A_server_with_mail_is_left_alone()
    {
        await using var server = await ScriptedUpstream.StartAsync();
        var relay = await StartRelayAsync(Checking().Set("Groups:default:Health:Interval", "00:00:10").Upstream("a", server.Address));
        var load = new LoadClient(relay.Port, sessions: 1);

        await load.SendAsync(50);

        Assert.That(load.Refused, Is.Empty);
        Assert.That(server.Commands.Count(command => command.StartsWith("EHLO", StringComparison.Ordinal)), Is.EqualTo(1), "mail's own");
    }

    private static RelayConfiguration Checking() =>
        new RelayConfiguration()
            .ReturningSoon()
            .Set("Groups:default:Health:Interval", "00:00:01")
            .Set("Groups:default:Health:Timeout", "00:00:01")
            .Set("Groups:default:Health:Fall", 2)
            .Set("Groups:default:Health:Rise", 2);

    private static async Task AssertReadyAsync(RelayUnderTest relay, HttpStatusCode expected)
    {
        using var response = await relay.Api.GetAsync("/health/ready");
        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }
}
