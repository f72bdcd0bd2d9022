using System.Globalization;
using Relay.Core.Cluster.Pace;
using Relay.Core.Cluster.PostgreSql;
using Relay.Core.Database;
using Relay.Tests.Database;

namespace Relay.Tests.Cluster.PostgreSql;

/// <summary>The contract of the ledger, kept by a real database.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PaceLedgerTests
{
    private static readonly WindowKey Second = new("default.a", CountsRecipients: false, TimeSpan.FromSeconds(1));
    private static readonly WindowKey Day = new("default.a", CountsRecipients: true, TimeSpan.FromDays(1));
    private static readonly TimeSpan Keeps = TimeSpan.FromMinutes(2);

    private string _connectionString = "";
    private PostgreSqlDatabase _database = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _connectionString = await Postgres.NewDatabaseAsync();
        _database = Postgres.Open(_connectionString);
        await _database.StartAsync(default);
        await _database.Ready.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [TearDown]
    public async Task EndAsync() => await _database.DisposeAsync();

    [Test]
    public async Task What_one_has_another_cannot_take_until_it_is_given_back()
    {
        var (one, other) = (await JoinAsync("one"), await JoinAsync("other"));

        Assert.That(await one.WriteAsync(Take(Second, limit: 50, take: 40)), Is.EqualTo([40]));
        Assert.That(await other.WriteAsync(Take(Second, limit: 50, take: 40)), Is.EqualTo([10]));
        Assert.That(await one.WriteAsync(Keep(Second, limit: 50, allowance: 25)), Is.EqualTo([0]));
        Assert.That(await other.WriteAsync(Keep(Second, limit: 50, allowance: 10) with { Take = 40 }), Is.EqualTo([15]));

        var view = await other.ReadAsync(Second);
        Assert.That(view.Rows.Select(static row => row.Allowance), Is.EqualTo([25, 25]));
        Assert.That(view.Rows.Select(static row => row.SilentFor), Is.All.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task The_smallest_limit_that_a_node_is_configured_with_holds()
    {
        var (one, other) = (await JoinAsync("one"), await JoinAsync("other"));
        await one.WriteAsync(Take(Second, limit: 20, take: 5));

        Assert.That(await other.WriteAsync(Take(Second, limit: 50, take: 50)), Is.EqualTo([15]));
    }

    [Test]
    public async Task What_is_spent_counts_until_it_slides_out_of_the_window()
    {
        var (one, other) = (await JoinAsync("one"), await JoinAsync("other"));
        await one.WriteAsync(Take(Day, limit: 100, take: 30));
        var soon = TimeSpan.FromMilliseconds(1);
        var spent = Keep(Day, limit: 100, allowance: 5) with { Spent = [(soon, 10), (TimeSpan.FromHours(7), 15)] };

        await one.WriteAsync(spent);

        var view = await other.ReadAsync(Day);
        Assert.That(view.Spent, Is.EqualTo(25), "free a thousandth of the window later at most, and not sooner");
        Assert.That(view.NextFree, Is.InRange(TimeSpan.Zero, TimeSpan.FromSeconds(87)));
        await Postgres.ExecuteAsync(_connectionString, "UPDATE pace_spent SET free_at = free_at - interval '90 seconds'");
        Assert.That((await other.ReadAsync(Day)).Spent, Is.EqualTo(15));
        Assert.That(await other.WriteAsync(Take(Day, limit: 100, take: 100)), Is.EqualTo([80]));
    }

    [Test]
    public async Task A_dead_node_keeps_its_part_for_as_long_as_it_may_use_it_and_a_window_more()
    {
        var (dead, other) = (await JoinAsync("dead"), await JoinAsync("other"));
        await dead.WriteAsync(Take(Second, limit: 50, take: 30), Take(Day, limit: 100, take: 30));
        await other.WriteAsync(Keep(Second, limit: 50, allowance: 0), Keep(Day, limit: 100, allowance: 0));

        await AgeAsync(dead, seconds: 125);
        await other.Ledger.TidyAsync(default);
        Assert.That(await dead.WriteAsync(Keep(Second, limit: 50, allowance: 30)), Is.Not.Null, "what was under way has its time");
        await AgeAsync(dead, seconds: 131);
        await other.Ledger.TidyAsync(default);
        Assert.That(await dead.WriteAsync(Keep(Second, limit: 50, allowance: 30)), Is.Null);
        Assert.That(await dead.Ledger.RecoverAsync(dead.Id, default), Is.Null);
        Assert.That((await other.ReadAsync(Day)).Rows.Select(static row => row.SilentFor), Has.One.EqualTo(TimeSpan.MaxValue));

        await Postgres.ExecuteAsync(_connectionString, "UPDATE pace_holder SET ended_at = ended_at - interval '2 seconds'");
        Assert.That(await other.WriteAsync(Take(Second, limit: 50, take: 50), Take(Day, limit: 100, take: 100)), Is.EqualTo([50, 70]));
        await Postgres.ExecuteAsync(_connectionString, "UPDATE pace_holder SET ended_at = ended_at - interval '1 day'");
        await other.Ledger.TidyAsync(default);
        Assert.That(await CountAsync("pace_holder"), Is.EqualTo(1));
        Assert.That(await CountAsync("pace_share"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_node_that_has_started_again_need_not_wait_so_long_for_its_earlier_life()
    {
        var earlier = await JoinAsync("node");
        await earlier.WriteAsync(Take(Second, limit: 50, take: 50));
        var later = await JoinAsync("node");

        await AgeAsync(earlier, seconds: 11);
        await later.Ledger.TidyAsync(default);

        Assert.That(await earlier.WriteAsync(Keep(Second, limit: 50, allowance: 50)), Is.Null);
    }

    [Test]
    public async Task A_write_that_arrives_late_changes_nothing()
    {
        var node = await JoinAsync("node");
        await node.WriteAsync(Take(Second, limit: 50, take: 10));
        var late = new LedgerWrite(node.Id, 2, [Keep(Second, limit: 50, allowance: 10) with { Take = 7 }], IsUrgent: false, IsLast: false);

        Assert.That(await node.Ledger.RecoverAsync(node.Id, default), Is.EqualTo((3L, 1L)));

        Assert.That(await node.Ledger.WriteAsync(late, default), Is.Null);
        Assert.That((await node.ReadAsync(Second)).Rows.Single().Allowance, Is.EqualTo(10));
        Assert.That(await node.Ledger.WriteAsync(late with { Exchange = 3 }, default), Is.EqualTo([7]));
        Assert.That(await node.Ledger.RecoverAsync(node.Id, default), Is.EqualTo((5L, 3L)));
    }

    [Test]
    public async Task Many_at_once_never_have_more_than_there_is()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 6).Select(node => JoinAsync($"node{node}")));

        await Task.WhenAll(nodes.Select((node, seed) => TradeAsync(node, new Random(seed))));

        async Task TradeAsync(Node node, Random random)
        {
            var (seconds, days) = (0L, 0L);
            for (var round = 0; round < 40; round++)
            {
                var (keptSeconds, keptDays) = (random.NextInt64(seconds + 1), random.NextInt64(days + 1));
                var taken = await node.WriteAsync(
                    Keep(Day, limit: 200, keptDays) with
                    {
                        Take = random.Next(60),
                        Spent = days > keptDays ? [(TimeSpan.FromHours(random.Next(1, 24)), 1)] : [],
                    },
                    Keep(Second, limit: 50, keptSeconds) with
                    {
                        Take = random.Next(30),
                    }
                );
                (days, seconds) = (keptDays + taken![0], keptSeconds + taken[1]);
                Assert.That(await SumAsync(Second), Is.LessThanOrEqualTo(50));
                Assert.That(await SumAsync(Day), Is.LessThanOrEqualTo(200));
            }
        }
    }

    private static WindowWrite Take(WindowKey key, int limit, long take) => Keep(key, limit, 0) with { Take = take };

    private static WindowWrite Keep(WindowKey key, int limit, long allowance) => new(key, allowance, 0, 5, IsShort: false, limit, []);

    private async Task<long> SumAsync(WindowKey key) =>
        Convert.ToInt64(
            await Postgres.ExecuteAsync(
                _connectionString,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    SELECT (SELECT sum(allowance) FROM pace_share WHERE window_id = w.id) + coalesce((SELECT sum(count) FROM pace_spent WHERE window_id = w.id), 0)
                    FROM pace_window w WHERE milliseconds = {key.Length.TotalMilliseconds}
                    """
                )
            ),
            CultureInfo.InvariantCulture
        );

    private async Task<long> CountAsync(string table) =>
        (long)(await Postgres.ExecuteAsync(_connectionString, $"SELECT count(*) FROM {table}"))!;

    private async Task AgeAsync(Node node, int seconds) =>
        await Postgres.ExecuteAsync(
            _connectionString,
            string.Create(
                CultureInfo.InvariantCulture,
                $"UPDATE pace_holder SET seen_at = clock_timestamp() - interval '{seconds} seconds' WHERE id = {node.Id}"
            )
        );

    private async Task<Node> JoinAsync(string name)
    {
        var ledger = new PostgreSqlPaceLedger(_database, TimeProvider.System);
        await ledger.ReadAsync([Second, Day], default);
        return new Node(ledger, await ledger.JoinAsync(name, Keeps, default));
    }

    private sealed class Node(PostgreSqlPaceLedger ledger, long id)
    {
        private long _exchange;

        public PostgreSqlPaceLedger Ledger => ledger;

        public long Id => id;

        public async Task<IReadOnlyList<long>?> WriteAsync(params WindowWrite[] windows)
        {
            var taken = await ledger.WriteAsync(new LedgerWrite(id, _exchange + 1, windows, IsUrgent: true, IsLast: false), default);
            _exchange += taken is null ? 0 : 1;
            return taken;
        }

        public async Task<WindowView> ReadAsync(WindowKey key) => (await ledger.ReadAsync([key], default)).Single();
    }
}
