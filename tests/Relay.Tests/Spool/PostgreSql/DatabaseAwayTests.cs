using System.Collections.Concurrent;
using Npgsql;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>A database that goes away in all the ways it can: stopped, read-only, its connections cut in the midst of commits.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DatabaseAwayTests
{
    private static readonly RelayOptions Quick = new() { Cluster = new ClusterOptions { LeaseTime = TimeSpan.FromSeconds(3) } };

    private readonly SpoolEntries _entries = new(TimeProvider.System);
    private PostgresServer _server = null!;
    private string _connectionString = null!;
    private PostgreSqlNode? _node;

    [SetUp]
    public async Task StartServer()
    {
        _server = await PostgresServer.StartNewAsync(isDurable: true); // what was committed is there after a crash
        _connectionString = await _server.CreateDatabaseAsync();
    }

    [TearDown]
    public async Task StopServer()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_node_starts_without_its_database_and_finds_it_later()
    {
        await _server.StopAsync();
        _node = await PostgreSqlNode.StartAsync(_connectionString, TimeProvider.System, Quick, waits: false);
        await Until.TrueAsync(
            () => _node.Spool.Condition.WhyBroken!.Contains("is away", StringComparison.Ordinal),
            "it has been looked for"
        );
        Assert.That(_node.Spool.Condition.Effective(AcceptMode.Hybrid, nobodyWaits: false), Is.EqualTo(AcceptMode.Proxy));
        Assert.That(async () => await _node.Spool.StoreAsync(_entries.New(), default), Throws.TypeOf<SpoolUnavailableException>());

        await _server.StartAsync();

        await UntilGoodAsync();
        await _node.Spool.StoreAsync(_entries.New(), default);
    }

    [Test]
    public async Task A_database_that_is_stopped_and_started_again_costs_no_lease()
    {
        _node = await PostgreSqlNode.StartAsync(_connectionString, TimeProvider.System, Quick);
        await _node.Spool.StoreAsync(_entries.New(), default);
        var lease = (await _node.Spool.ClaimAsync(Claim, default)).Single();
        var id = _node.Lease.Id;

        await _server.StopAsync(immediately: true);
        await Until.TrueAsync(() => _node.Spool.Condition.WhyBroken is not null, "it is noticed");
        Assert.That(async () => await _node.Spool.StoreAsync(_entries.New(), default), Throws.TypeOf<SpoolUnavailableException>());
        await Until.TrueAsync(() => !_node.Spool.Holds(lease), "the lease is not trusted any more");
        await _server.StartAsync();

        await UntilGoodAsync();
        Assert.That((_node.Lease.Id, _node.Spool.Holds(lease)), Is.EqualTo((id, true)));
        await _node.Spool.SettleAsync(lease, new Settlement(), default);
    }

    [Test]
    public async Task What_was_claimed_by_an_answer_that_never_came_is_uncertain_from_then_on()
    {
        _node = await PostgreSqlNode.StartAsync(_connectionString, TimeProvider.System, Quick);
        await _node.Spool.StoreAsync(_entries.New(), default);
        var database = new NpgsqlConnectionStringBuilder(_connectionString).Database!;
        const string Claimed = "state = 1, owner = (SELECT id FROM node), upstream = 'mail2', uncertain_since = 1"; // it was uncertain before
        await _server.ExecuteAsync(database, $"UPDATE delivery SET {Claimed}");
        var before = TimeProvider.System.GetUtcNow();

        await _server.StopAsync(immediately: true);
        await Until.TrueAsync(() => _node.Spool.Condition.WhyBroken is not null, "it is noticed");
        await _server.StartAsync();
        await UntilGoodAsync();
        await _node.Spool.StoreAsync(_entries.New(), default); // the first batch of a connection puts right what the one before has left

        var part = (await ListAsync()).Single(static row => row.Part.Upstream == "mail2").Part;
        Assert.That((part.State, part.Reason), Is.EqualTo((SpoolState.Uncertain, "the database was lost while mail2 had it")));
        Assert.That(part.UncertainSince, Is.GreaterThan(before));
    }

    [Test]
    public async Task A_server_that_hangs_is_not_waited_for_without_end()
    {
        _node = await PostgreSqlNode.StartAsync(_connectionString, TimeProvider.System, Quick);
        await _node.Spool.StoreAsync(_entries.New(), default);
        _server.Freeze();
        try
        {
            var store = _node.Spool.StoreAsync(_entries.New(), default).AsTask();
            Assert.That(async () => await store.WaitAsync(TimeSpan.FromSeconds(40)), Throws.TypeOf<SpoolUnavailableException>());
            Assert.That(_node.Spool.Condition.WhyBroken, Is.Not.Null);
        }
        finally
        {
            _server.Thaw();
        }

        await UntilGoodAsync();
        await _node.Spool.StoreAsync(_entries.New(), default);
    }

    [Test]
    public async Task A_database_that_became_read_only_takes_nothing_and_says_so()
    {
        _node = await PostgreSqlNode.StartAsync(_connectionString, TimeProvider.System, Quick);
        await _node.Spool.StoreAsync(_entries.New(), default);

        await _server.ExecuteAsync("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
        await _server.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        await Until.TrueAsync(() => _node.Spool.Condition.WhyBroken is not null, "it is noticed");
        Assert.That(
            async () => await _node.Spool.StoreAsync(_entries.New(), default),
            Throws.TypeOf<SpoolUnavailableException>().With.Message.Contains("read-only")
        );
        await _server.StopAsync();
        await File.WriteAllTextAsync(_server.AutomaticConfiguration, "");
        await _server.StartAsync();

        await UntilGoodAsync();
        await _node.Spool.StoreAsync(_entries.New(), default);
    }

    /// <summary>Nothing that was told to be stored is missing, nothing is there twice, and every lease that was given out is there.</summary>
    [Test]
    public async Task Connections_that_are_cut_in_the_midst_of_commits_lose_nothing_and_lie_about_nothing()
    {
        _node = await PostgreSqlNode.StartAsync(_connectionString, TimeProvider.System, Quick);
        var stored = new ConcurrentDictionary<MessageId, SpoolLease>();
        var (isOver, failed) = (false, 0);
        var sessions = Enumerable
            .Range(0, 16)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (!Volatile.Read(ref isOver))
                    {
                        var entry = _entries.New(SpoolState.Active);
                        try
                        {
                            stored[entry.Message.Id] = (await _node.Spool.StoreAsync(entry, default)).Single();
                        }
                        catch (SpoolUnavailableException)
                        {
                            Interlocked.Increment(ref failed);
                        }
                    }
                })
            )
            .ToList();
        for (var cut = 0; cut < 40; cut++)
        {
            var goal = stored.Count + 25;
            await Until.TrueAsync(() => stored.Count > goal, "messages are stored");
            await _server.ExecuteAsync(
                "postgres",
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'relay'"
            );
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(sessions);
        await UntilGoodAsync();
        await TestContext.Out.WriteLineAsync($"{stored.Count} stored, {failed} refused");

        var rows = await ListAsync();
        var byMessage = rows.ToLookup(static row => row.Message.Id);
        Assert.That(stored.Keys.Where(id => byMessage[id].Count() != 1), Is.Empty);
        Assert.That(
            stored.Values.Where(lease =>
                byMessage[lease.Delivery.Message.Id].Single() is var row
                && (row.Row != lease.Delivery.Row || row.Part.State != SpoolState.Active)
            ),
            Is.Empty
        );
        Assert.That(rows.Count(row => row.Part.State == SpoolState.Active), Is.EqualTo(stored.Count), "what nobody holds is given back");
    }

    private static SpoolClaim Claim => new("default", 100, DateTimeOffset.MaxValue);

    /// <summary>Whoever reads next may still get a connection that was cut while it lay in the pool, and be told so.</summary>
    private async Task<IReadOnlyList<SpooledDelivery>> ListAsync()
    {
        IReadOnlyList<SpooledDelivery> rows = [];
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    rows = await _node!.Spool.ListAsync(new QueueFilter(), int.MaxValue, default);
                    return true;
                }
                catch (SpoolUnavailableException)
                {
                    return false;
                }
            },
            "the rows are read"
        );
        return rows;
    }

    private Task UntilGoodAsync() => Until.TrueAsync(() => _node!.Spool.Condition == SpoolCondition.Good, "the spool works again");
}
