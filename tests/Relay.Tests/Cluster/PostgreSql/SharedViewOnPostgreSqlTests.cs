using Relay.Core.Cluster.PostgreSql;
using Relay.Core.Cluster.View;
using Relay.Core.Upstreams.Health;
using Relay.TestKit;
using Relay.Tests.Database;

namespace Relay.Tests.Cluster.PostgreSql;

/// <summary>Three nodes on one real database: what is said on one holds on all within two seconds.</summary>
public sealed class SharedViewOnPostgreSqlTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    private string _connectionString = "";
    private DatabaseNode[] _nodes = [];

    [SetUp]
    public async Task SetUp()
    {
        _connectionString = await Postgres.NewDatabaseAsync();
        _nodes = await Task.WhenAll(new[] { "n1", "n2", "n3" }.Select(name => DatabaseNode.StartAsync(_connectionString, name)));
        await Until.TrueAsync(() => _nodes.All(static node => node.View.Heard.Nodes.Count == 3), "they know each other");
    }

    [TearDown]
    public async Task TearDown()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Test]
    public async Task Drains_and_weights_reach_all_nodes_in_time_and_a_late_one_at_its_start()
    {
        _nodes[0]["a"].Drain();
        _nodes[1]["b"].SetWeight(5);

        await OnAllInTimeAsync(static node => node["a"].IsDrained && node["b"].Weight == 5, "a is drained and b weighs 5");

        await using var late = await DatabaseNode.StartAsync(_connectionString, "late");
        Assert.That((late["a"].IsDrained, late["b"].Weight), Is.EqualTo((true, 5)), "before it may get any mail");
        Assert.That(late["a"].Status.Reason, Is.EqualTo("drained by hand on node n1"));
        late["a"].Resume();
        await OnAllInTimeAsync(static node => !node["a"].IsDrained, "a is resumed");
    }

    [Test]
    public async Task An_ejection_reaches_all_nodes_in_time_and_so_does_its_end()
    {
        _nodes[0].Node.Fail("a");

        await OnAllInTimeAsync(static node => node["a"].Health.State == UpstreamState.Ejected, "a is ejected");
        Assert.That(_nodes[2]["a"].Health.Reason, Is.EqualTo("ejected by node n1: connection refused"));

        Assert.That(_nodes[2]["a"].Health.TryBeginTrial(beforeDue: true), Is.True);
        _nodes[2].Node.Work("a");
        await OnAllInTimeAsync(static node => node["a"].Health.IsAvailable, "a is back");
    }

    [Test]
    public async Task A_pause_reaches_all_nodes_in_time()
    {
        _nodes[1]
            ["a"]
            .Pace.Throttled("450 later", new(Core.Configuration.ThrottleMeaning.Throttle, TimeSpan.FromMinutes(5)), TimeSpan.Zero);

        await OnAllInTimeAsync(static node => node["a"].Pace.IsPaused, "a is paused");

        var ends = _nodes.Select(static node => node["a"].Pace.NotBefore!.Value).ToList();
        Assert.That((ends.Max() - ends.Min()).TotalSeconds, Is.LessThan(3));
    }

    [Test]
    public async Task A_node_that_is_gone_leaves_the_list_and_its_word_counts_no_more()
    {
        _nodes[0].Node.Fail("a");
        await Until.TrueAsync(() => _nodes.All(static node => !node["a"].Health.IsAvailable), "a is ejected on all nodes");
        Assert.That(_nodes[1].View.Heard.Nodes.Select(static node => (node.Name, node.Version)), Does.Contain(("n1", "1.2")));

        await _nodes[0].DisposeAsync();
        _nodes = _nodes[1..];

        await Until.TrueAsync(() => _nodes.All(static node => node.View.Heard.Nodes.Count == 2), "n1 is gone");
        await Until.TrueAsync(() => _nodes.All(static node => node["a"].Health.IsAvailable), "nobody says that a fails");
    }

    [Test]
    public async Task Whatever_is_told_at_the_same_time_is_read_in_the_order_in_which_it_becomes_visible()
    {
        var writing = Task.WhenAll(_nodes.Select((node, number) => WriteAsync(node.Store, number)));
        List<string> seen = [];
        var version = 0L;
        while (seen.Count < 300)
        {
            var isAllTold = writing.IsCompleted; // before the look, or the last words come between the two
            var rows = await _nodes[0].Store.ReadAsync(version, CancellationToken.None);
            seen.AddRange(rows.Where(static row => row.Key.Group == "order").Select(static row => row.Key.Upstream));
            version = rows.Count > 0 ? rows[^1].Version : version;
            Assert.That(writing.IsFaulted, Is.False);
            if (isAllTold && rows.Count == 0)
            {
                break;
            }
        }

        Assert.That(seen, Is.Unique.And.Count.EqualTo(300));
    }

    [Test]
    public async Task What_a_later_version_of_Relay_writes_is_read_past()
    {
        await Postgres.ExecuteAsync(
            _connectionString,
            """
            INSERT INTO upstream_view (group_name, upstream, kind, node, version, changed_at, document)
            VALUES ('default', 'a', 'Mood', 0, 900, clock_timestamp(), '{}'),
                ('default', 'b', 'Drain', 0, 901, clock_timestamp(), '{"IsOut": true, "Node": "n9", "Humour": "good"}'),
                ('default', 'a', 'Drain', 0, 902, clock_timestamp(), 'no JSON')
            """
        );
        await Postgres.ExecuteAsync(_connectionString, "UPDATE view_clock SET version = 1000");

        await Until.TrueAsync(() => _nodes.All(static node => node["b"].IsDrained), "b is drained on all nodes");
        Assert.That(_nodes.Select(static node => node["a"].IsDrained), Is.All.False);
    }

    private static async Task WriteAsync(PostgreSqlViewStore store, int number)
    {
        for (var change = 0; change < 100; change++)
        {
            var key = ViewKey.Of("order", $"u{number}-{change}", ViewKind.Drain, ViewKey.Everybody);
            await store.PublishAsync([new ViewChange(key, new ViewDocument { IsOut = true })], CancellationToken.None);
        }
    }

    private Task OnAllInTimeAsync(Func<DatabaseNode, bool> condition, string what) =>
        Until.TrueAsync(() => _nodes.All(condition), $"{what} on all nodes", Promised);
}
