using System.Globalization;
using System.Net;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Cluster;

/// <summary>HAProxy with the shipped configuration in front of two real relays: what clients see when a node is drained, killed, or not ready.</summary>
internal sealed class BehindTheShippedFront : Scenario
{
    private readonly int _alivePort = LocalPort.Free();

    [Test]
    public async Task Nodes_that_are_drained_in_HAProxy_and_replaced_one_by_one_are_not_noticed_by_anybody()
    {
        var (load, sink) = await ReplaceOneByOneAsync(isDrainedFirst: true);

        Assert.That(load.TurnedAway, Is.Zero);
        Assert.That(sink.Count, Is.EqualTo(load.Accepted));
    }

    [Test]
    public async Task Nodes_that_are_stopped_under_load_cost_clients_a_reconnect_at_most()
    {
        var (load, sink) = await ReplaceOneByOneAsync(isDrainedFirst: false);

        Assert.That(load.Farewells, Is.Positive, "the sessions of a node that ends are sent away");
        Assert.That(sink.Count, Is.EqualTo(load.Accepted));
    }

    [Test]
    public async Task A_node_that_is_killed_refuses_no_new_client()
    {
        var sink = StartCountingSink();
        RelayConfiguration[] nodes = [Node(sink), Node(sink)];
        var front = Use(await ShippedFront.StartAsync(nodes, _alivePort));
        var first = await StartRelayAsync(nodes[0]);
        await StartRelayAsync(nodes[1]);
        await front.UntilUpAsync("smtp", servers: 2);

        first.Kill();
        await first.WaitForExitAsync();

        for (var count = 0; count < 20; count++)
        {
            await using var client = await RawSmtpClient.OpenAsync(front.Port);
            Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250"));
        }
    }

    [Test]
    public async Task Where_no_node_is_ready_clients_hear_the_reason_from_Relay()
    {
        var sink = StartCountingSink();
        RelayConfiguration[] nodes = [Node(sink), Node(sink)];
        var front = Use(await ShippedFront.StartAsync(nodes, _alivePort));
        RelayUnderTest[] relays = [await StartRelayAsync(nodes[0]), await StartRelayAsync(nodes[1])];
        foreach (var relay in relays)
        {
            relay.ExpectLogged("is ejected");
            await relay.WaitForStateAsync("a", "healthy");
        }

        await front.UntilUpAsync("smtp", servers: 2);

        await sink.StopAsync();
        foreach (var relay in relays)
        {
            await relay.WaitForStateAsync("a", "unhealthy");
            Assert.That((await relay.Api.GetAsync("/health/ready")).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        }

        await Until.TrueAsync(
            async () => await AnswerAsync(front.Port) is { } answer && answer.StartsWith("451 4.4.1 ", StringComparison.Ordinal),
            "Relay answers"
        );
        Assert.That(await IsAliveAsync(), Is.True, "keepalived leaves the address where nodes are alive");
        sink.Start();
        await Until.TrueAsync(
            async () => await AnswerAsync(front.Port) is { } answer && answer.StartsWith("250", StringComparison.Ordinal),
            "mail goes again"
        );
    }

    [Test]
    public async Task The_address_leaves_a_machine_that_sees_no_node()
    {
        var sink = StartCountingSink();
        RelayConfiguration[] nodes = [Node(sink)];
        var front = Use(await ShippedFront.StartAsync(nodes, _alivePort));
        await Until.TrueAsync(async () => !await IsAliveAsync(), "no node is seen");

        await StartRelayAsync(nodes[0]);

        await front.UntilUpAsync("smtp", servers: 1);
        await Until.TrueAsync(IsAliveAsync, "the node is seen to be alive too, which HAProxy asks apart from that");
    }

    private async Task<(PatientLoad Load, CountingSink Sink)> ReplaceOneByOneAsync(bool isDrainedFirst)
    {
        var sink = StartCountingSink();
        RelayConfiguration[] nodes = [Node(sink), Node(sink)];
        var front = Use(await ShippedFront.StartAsync(nodes, _alivePort));
        RelayUnderTest[] relays = [await StartRelayAsync(nodes[0]), await StartRelayAsync(nodes[1])];
        await front.UntilUpAsync("smtp", servers: 2);
        var load = new PatientLoad(front.Port, sessions: 8) { Pause = TimeSpan.FromMilliseconds(20) };
        var sending = load.RunAsync();
        for (var index = 0; index < relays.Length; index++)
        {
            await load.MoreAsync(300);
            if (isDrainedFirst)
            {
                await front.DrainAsync("smtp", string.Create(CultureInfo.InvariantCulture, $"relay{index + 1}"));
            }

            Assert.That(await relays[index].TerminateAsync(), Is.Zero);
            await load.MoreAsync(300);
            relays[index] = await StartRelayAsync(nodes[index]);
            await front.AskAsync(string.Create(CultureInfo.InvariantCulture, $"set server smtp/relay{index + 1} state ready"));
            await front.UntilUpAsync("smtp", servers: 2);
            await Until.TrueAsync(async () => await DeliveredAsync(relays[index]) > 50, "the new node is given mail by HAProxy");
        }

        load.Stop();
        await sending;
        await TestContext.Out.WriteLineAsync(
            $"{load.Accepted} messages, {load.Farewells} sessions ended by a node, {load.TurnedAway} connections turned away"
        );
        Assert.That(load.Complaints, Is.Empty);
        Assert.That(load.AcceptedSenders.Where(sender => sink.Arrivals.GetValueOrDefault(sender) != 1), Is.Empty);
        return (load, sink);
    }

    // The balancer's own address may not relay here, were it not the client's too.
    private static RelayConfiguration Node(CountingSink sink) =>
        new RelayConfiguration()
            .ReturningSoon()
            .Set("Listeners:smtp:ProxyProtocolFrom", new[] { "127.0.0.1/32" })
            .Set("Groups:default:Health:Interval", "00:00:01")
            .Set("Groups:default:Health:Fall", 1)
            .Set("Groups:default:Health:Rise", 1)
            .Upstream("a", sink.Address);

    private static async Task<long> DeliveredAsync(RelayUnderTest relay) => (await relay.GetUpstreamsAsync())["a"].Delivered;

    // Null while HAProxy has nobody to ask.
    private static async Task<string?> AnswerAsync(int port)
    {
        try
        {
            await using var client = await RawSmtpClient.OpenAsync(port);
            return await client.SendMailAsync("a@example.com", "b@example.com");
        }
        catch (IOException)
        {
            return null;
        }
    }

    // What keepalived would do.
    private async Task<bool> IsAliveAsync()
    {
        string[] arguments = [Repository.PathOf("deploy/keepalived/check-haproxy.sh"), _alivePort.ToString(CultureInfo.InvariantCulture)];
        return (await ProcessRunner.RunAsync("bash", arguments)).ExitCode == 0;
    }
}
