using Relay.Core.Spool;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>A database on a small disk of its own that something else fills to its last page.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DiskReserveTests
{
    private const string HasReserve = "SELECT to_regclass('spool_reserve') IS NOT NULL";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TestClock _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private SpoolEntries _entries = null!;
    private PostgresServer _server = null!;
    private string _connectionString = null!;
    private PostgreSqlNode _node = null!;

    [SetUp]
    public async Task Start()
    {
        _entries = new SpoolEntries(_clock);
        _server = await PostgresServer.StartWithSmallDiskAsync("40m");
        _connectionString = await _server.CreateSmallDatabaseAsync();
        _node = await PostgreSqlNode.StartAsync(_connectionString, _clock);
        await _node.Spool.LookAfterDiskAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        await _node.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task The_first_look_lays_it_in_and_there_is_one_for_all_nodes()
    {
        const string Size = "SELECT pg_relation_size('spool_reserve')";
        Assert.That(await AskAsync(Size), Is.EqualTo(4L << 20));
        await using var other = await PostgreSqlNode.StartAsync(_connectionString, _clock);
        await other.Spool.LookAfterDiskAsync();

        Assert.That(await AskAsync(Size), Is.EqualTo(4L << 20));
        Assert.That((WhyBroken(_node), WhyBroken(other)), Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public async Task It_is_given_up_when_the_disk_stays_full_and_all_nodes_take_no_new_mail_until_there_is_room()
    {
        await using var other = await PostgreSqlNode.StartAsync(_connectionString, _clock);
        await other.Spool.LookAfterDiskAsync();
        await _server.FillSmallDiskAsync();

        await FindFullAsync();
        Assert.That(WhyBroken(_node), Does.Contain("the disk of the database is full").And.Contain("No space left on device"));
        await _node.Spool.LookAfterDiskAsync();
        Assert.That(await AskAsync(HasReserve), Is.True, "others may not know yet");

        await StepUntilAsync(
            async () =>
            {
                await FindFullAsync();
                return await AskAsync(HasReserve) is false;
            },
            "it is given up"
        );
        await StepUntilAsync(() => WhyBroken(other) is not null, "the other has noticed");
        await StepUntilAsync(() => _node.TryStoreAsync(Large), "whoever does not ask finds room in what was given up");

        for (var seconds = 0; seconds < 60; seconds++)
        {
            _clock.Advance(Second);
            await _node.Spool.LookAfterDiskAsync();
            Assert.That(WhyBroken(_node), Is.Not.Null, "what was given up is no room for new mail");
        }

        await using var late = await PostgreSqlNode.StartAsync(_connectionString, _clock);
        await late.Spool.LookAfterDiskAsync();
        Assert.That(WhyBroken(late), Is.Not.Null, "nor for a reserve of a node that comes just then");
        Assert.That(await AskAsync(HasReserve), Is.False);

        await _server.EmptySmallDiskAsync();
        // Of all of them: one lays it in, and those who find it at that do not wait.
        await StepUntilAsync(() => Array.TrueForAll([_node, other, late], node => WhyBroken(node) is null), "there is room again");
        Assert.That(await AskAsync(HasReserve), Is.True);
    }

    [Test]
    public async Task Room_in_the_tables_is_enough_and_the_reserve_is_there_again_once_the_disk_has_room()
    {
        await StoreAndSettleAsync(160);
        await _server.FillSmallDiskAsync();
        await FindFullAsync();

        await StepUntilAsync(() => WhyBroken(_node) is null, "what has gone out has left room");
        await _node.Spool.StoreAsync(Large, default);

        await _server.EmptySmallDiskAsync();
        await StepUntilAsync(async () => await AskAsync(HasReserve) is true, "it is laid in again", seconds: 60);
    }

    [Test]
    public async Task New_mail_makes_way_for_outcomes_that_are_written_with_it()
    {
        await _node.Spool.StoreAsync(_entries.New(), default);
        var lease = (await _node.Spool.ClaimAsync(Claim, default)).Single();
        await _server.FillSmallDiskAsync();

        var stores = Enumerable.Range(0, 20).Select(_ => _node.Spool.StoreAsync(Large, default).AsTask()).ToList();
        var settled = _node.Spool.SettleAsync(lease, new Settlement(), default).AsTask();

        await settled;
        Assert.That(async () => await Task.WhenAll(stores), Throws.TypeOf<SpoolUnavailableException>());
        Assert.That(stores, Has.All.Property(nameof(Task.IsFaulted)).True);
        Assert.That(await _node.Spool.ListAsync(new QueueFilter(), 10, default), Is.Empty);
    }

    private static SpoolClaim Claim => new("default", 1000, DateTimeOffset.MaxValue);

    private SpoolEntry Large => _entries.New(size: 60_000);

    private static string? WhyBroken(PostgreSqlNode node) => node.Spool.Condition.WhyBroken;

    private Task<object?> AskAsync(string sql) => _server.ExecuteAsync("small", sql);

    /// <summary>By a body that no page has room for.</summary>
    private async Task FindFullAsync()
    {
        Assert.That(async () => await _node.Spool.StoreAsync(Large, default), Throws.TypeOf<SpoolUnavailableException>());
        Assert.That(WhyBroken(_node), Is.Not.Null);
        await _node.Spool.LookAfterDiskAsync();
    }

    /// <summary>All but the last, so that what they leave is in the midst of the files and does not go back to the disk.</summary>
    private async Task StoreAndSettleAsync(int messages)
    {
        await Task.WhenAll(Enumerable.Range(0, messages - 1).Select(_ => _node.Spool.StoreAsync(Large, default).AsTask()));
        var last = (await _node.Spool.StoreAsync(_entries.New(SpoolState.Active, size: 60_000), default)).Single();
        var leases = await _node.Spool.ClaimAsync(Claim, default);
        Assert.That(leases.Select(static lease => lease.Delivery.Row), Has.Exactly(messages - 1).Not.EqualTo(last.Delivery.Row));
        await Task.WhenAll(leases.Select(lease => _node.Spool.SettleAsync(lease, new Settlement(), default).AsTask()));
    }

    private Task StepUntilAsync(Func<bool> condition, string what) => StepUntilAsync(() => Task.FromResult(condition()), what);

    private Task StepUntilAsync(Func<Task<bool>> condition, string what, int seconds = 1) =>
        Until.TrueAsync(
            async () =>
            {
                if (await condition())
                {
                    return true;
                }

                _clock.Advance(seconds * Second);
                return false;
            },
            what
        );
}
