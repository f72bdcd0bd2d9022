using System.Net.Http.Json;
using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>
/// Three relays on one database: what one of them is told or sees, all of them know; without the database each goes by its own sight. That it takes two seconds at most
/// is measured in the soak, on a machine that has nothing else to do.
/// </summary>
internal sealed class SharedView : Scenario
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    /// <summary>None of these stories is about a lease that runs out, however slow the machine is.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(1);

#pragma warning disable NUnit1032 // What is Used is ended by the scenario.
    private PostgresServer _database = null!;
    private ScriptedUpstream _a = null!;
    private ScriptedUpstream _b = null!;
    private RelayUnderTest[] _nodes = [];
#pragma warning restore NUnit1032

    [SetUp]
    public async Task StartNodes()
    {
        _database = Use(await PostgresServer.StartNewAsync(isDurable: true)); // what was committed is there after a crash
        var connectionString = await _database.CreateDatabaseAsync();
        (_a, _b) = (Use(await ScriptedUpstream.StartAsync()), Use(await ScriptedUpstream.StartAsync()));
        _nodes = await Task.WhenAll(Enumerable.Range(1, 3).Select(number => StartNodeAsync($"n{number}", connectionString)));
        await Until.TrueAsync(async () => await AreKnownAsync("n1", "n2", "n3"), "all know each other");
    }

    [Test]
    public async Task What_an_operator_says_on_one_node_holds_on_all_of_them_also_after_a_restart()
    {
        await PostAsync(_nodes[0], "a/drain");
        await OnAllAsync("a", static upstream => upstream.State == "draining", "is drained");
        Assert.That((await _nodes[2].GetUpstreamsAsync())["a"].Reason, Is.EqualTo("drained by hand on node n1"));

        await PutWeightAsync(_nodes[1], "b", 7);
        await OnAllAsync("b", static upstream => upstream.Weight == 7, "weighs 7");

        await _nodes[0].KillAndRestartAsync();
        var restarted = await _nodes[0].GetUpstreamsAsync();
        Assert.That((restarted["a"].State, restarted["b"].Weight), Is.EqualTo(("draining", 7)));

        await PostAsync(_nodes[2], "a/resume");
        await OnAllAsync("a", static upstream => upstream.State == "healthy", "is resumed");
        await PostAsync(_nodes[2], "a/eject");
        await OnAllAsync("a", static upstream => upstream.State == "ejected", "is ejected by hand");
        Assert.That(await AuditAsync(_nodes[2]), Does.Contain("ejected on all nodes").And.Contain("\"node\":\"n3\""));
    }

    [Test]
    public async Task A_server_that_dies_under_the_traffic_of_one_node_is_ejected_on_all_and_comes_back_on_all()
    {
        await _a.StopAsync();
        using var client = SteadyClient.Start(_nodes[0].Port, "127.0.0.1", connectsAnew: false);
        await _nodes[0].WaitForStateAsync("a", "ejected");

        await OnAllAsync("a", static upstream => upstream.State == "ejected", "is ejected");
        Assert.That((await _nodes[1].GetUpstreamsAsync())["a"].Reason, Does.StartWith("ejected by node n1: "));

        await _a.StartAgainAsync();
        await _nodes[0].WaitForStateAsync("a", "healthy");
        await OnAllAsync("a", static upstream => upstream.State == "healthy", "is back");
        await client.StopAsync();
        Assert.That(client.Refusals, Is.Empty, "b took everything meanwhile");
    }

    [Test]
    public async Task A_server_that_tells_one_node_to_wait_gets_mail_of_none()
    {
        _a.On(Stage.Mail).Reply("450 4.7.1 Too much mail, try again in 300 seconds");
        await Until.TrueAsync(
            async () =>
            {
                await SendAsync(_nodes[0]);
                return (await _nodes[0].GetUpstreamsAsync())["a"].State == "throttled";
            },
            "it has told the first node to wait"
        );

        await OnAllAsync("a", static upstream => upstream.State == "throttled", "is left alone");

        var before = _a.Commands.Count(static line => line.StartsWith("MAIL", StringComparison.Ordinal));
        for (var message = 0; message < 10; message++)
        {
            Assert.That(await SendAsync(_nodes[1]), Does.StartWith("250 "));
        }

        Assert.That(_a.Commands.Count(static line => line.StartsWith("MAIL", StringComparison.Ordinal)), Is.EqualTo(before));
        Assert.That((await _nodes[1].GetUpstreamsAsync())["a"].Reason, Does.Contain("(said to node n1); no new mail until"));
    }

    [Test]
    public async Task Without_the_database_each_node_goes_by_its_own_sight_and_they_agree_again_when_it_is_back()
    {
        foreach (var node in _nodes)
        {
            node.ExpectLogged("The spool does not work");
        }

        await PostAsync(_nodes[0], "a/drain");
        await OnAllAsync("a", static upstream => upstream.State == "draining", "is drained");

        await _database.StopAsync(immediately: true);
        await Until.TrueAsync(async () => !(await NodesAsync(_nodes[1])).IsHeard, "the second node notices");
        await PostAsync(_nodes[1], "a/resume");
        Assert.That(await AuditAsync(_nodes[1]), Does.Contain("hear of it when the database is back"));
        Assert.That(await SendAsync(_nodes[1]), Does.StartWith("250 "), "mail goes on");
        Assert.That((await _nodes[0].GetUpstreamsAsync())["a"].State, Is.EqualTo("draining"), "what an operator wanted holds");
        Assert.That((await _nodes[1].GetUpstreamsAsync())["a"].State, Is.EqualTo("healthy"));

        await _database.StartAsync();

        await Until.TrueAsync(async () => await AreKnownAsync("n1", "n2", "n3"), "all know each other again");
        await OnAllAsync("a", static upstream => upstream.State == "healthy", "is resumed");
    }

    [Test]
    [Category("Soak")]
    [NonParallelizable]
    public async Task What_an_operator_says_on_one_node_holds_on_all_of_them_within_two_seconds()
    {
        var times = new List<TimeSpan>();
        for (var change = 0; change < 60; change++)
        {
            var isDrained = change % 2 == 0;
            var begin = TimeProvider.System.GetTimestamp();
            await PostAsync(_nodes[change % _nodes.Length], isDrained ? "a/drain" : "a/resume");
            await OnAllAsync(
                "a",
                upstream => upstream.State == (isDrained ? "draining" : "healthy"),
                isDrained ? "is drained" : "is resumed"
            );
            times.Add(TimeProvider.System.GetElapsedTime(begin));
        }

        await TestContext.Out.WriteLineAsync(
            $"{times.Count} changes were known to all nodes after {times.Order().ElementAt(times.Count / 2)} in the median, {times.Max()} at most"
        );
        Assert.That(times.Max(), Is.LessThanOrEqualTo(Promised));
    }

    private Task<RelayUnderTest> StartNodeAsync(string name, string connectionString) =>
        StartRelayAsync(
            new RelayConfiguration()
                .Strategy("RoundRobin")
                .ReturningSoon()
                .Set("Spool:Provider", "PostgreSql")
                .Set("Spool:ConnectionString", connectionString)
                .Set("Cluster:NodeName", name)
                .Set("Cluster:LeaseTime", LeaseTime.ToString())
                .Upstream("a", _a.Address)
                .Upstream("b", _b.Address)
        );

    private static async Task<string> SendAsync(RelayUnderTest node)
    {
        await using var client = await RawSmtpClient.OpenAsync(node.Port);
        return await client.SendMailAsync("from@example.com", "to@example.net");
    }

    private static async Task PostAsync(RelayUnderTest node, string action)
    {
        using var response = await node.Api.PostAsync($"/api/v1/upstreams/default/{action}", content: null);
        response.EnsureSuccessStatusCode();
    }

    private static async Task PutWeightAsync(RelayUnderTest node, string upstream, int weight)
    {
        using var response = await node.Api.PutAsJsonAsync($"/api/v1/upstreams/default/{upstream}/weight", new { weight });
        response.EnsureSuccessStatusCode();
    }

    private static Task<string> AuditAsync(RelayUnderTest node) => node.Api.GetStringAsync("/api/v1/audit");

    private static async Task<Reading> NodesAsync(RelayUnderTest node) =>
        (await node.Api.GetFromJsonAsync<Reading>("/api/v1/nodes", JsonSerializerOptions.Web))!;

    /// <summary>Every one of these nodes sees these and no others.</summary>
    private async Task<bool> AreKnownAsync(params string[] names)
    {
        foreach (var node in _nodes.Where(node => names.Contains(NameOf(node))))
        {
            var reading = await NodesAsync(node);
            if (
                !reading.IsHeard
                || !reading
                    .Items.Select(static item => item.Name)
                    .Order(StringComparer.Ordinal)
                    .SequenceEqual(names, StringComparer.Ordinal)
            )
            {
                return false;
            }
        }

        return true;
    }

    private string NameOf(RelayUnderTest node) => $"n{Array.IndexOf(_nodes, node) + 1}";

    private async Task OnAllAsync(string upstream, Func<ListedUpstream, bool> condition, string what) =>
        await Until.TrueAsync(
            async () =>
            {
                var states = await Task.WhenAll(_nodes.Select(static node => node.GetUpstreamsAsync()));
                return states.All(state => condition(state[upstream]));
            },
            $"{upstream} {what} on all nodes"
        );

    private sealed record Reading(bool IsShared, bool IsHeard, IReadOnlyList<Node> Items);

    private sealed record Node(string Name, string State);
}
