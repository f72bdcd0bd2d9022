using System.Collections.Concurrent;
using Relay.Core.Configuration;
using Relay.Core.Spool;
using Relay.TestKit;
using Relay.Tests.Database;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>Two nodes on one database: nothing is worked on twice, what one had goes to the other, and what one tells the other hears.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SharedSpoolTests
{
    private static readonly RelayOptions Quick = new()
    {
        Cluster = new ClusterOptions { LeaseTime = TimeSpan.FromSeconds(6) }, // of 2 s a lease was lost when the disk stood still for 1.4
        Delivery = new DeliveryOptions { UncertainDelay = TimeSpan.Zero },
    };

    private readonly SpoolEntries _entries = new(TimeProvider.System);
    private string _connectionString = null!;
    private PostgreSqlNode _one = null!;
    private PostgreSqlNode _other = null!;

    [SetUp]
    public async Task OpenBoth()
    {
        _connectionString = await Postgres.NewDatabaseAsync();
        _one = await PostgreSqlNode.StartAsync(_connectionString, TimeProvider.System, Quick);
        _other = await PostgreSqlNode.StartAsync(_connectionString, TimeProvider.System, Quick);
    }

    [TearDown]
    public async Task CloseBoth()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Test]
    public async Task Of_many_that_claim_at_once_on_two_nodes_no_two_get_the_same_row()
    {
        const int Rows = 2000;
        await Task.WhenAll(Enumerable.Range(0, Rows).Select(_ => _one.Spool.StoreAsync(_entries.New(), default).AsTask()));
        await _other.Spool.LookAsync();
        var claimed = new ConcurrentBag<SpoolLease>();

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(number =>
                    Task.Run(async () =>
                    {
                        var spool = number % 2 == 0 ? _one.Spool : _other.Spool;
                        while (
                            await spool.ClaimAsync(new SpoolClaim("default", 25, DateTimeOffset.MaxValue), default) is { Count: > 0 } leases
                        )
                        {
                            leases.ToList().ForEach(claimed.Add);
                        }
                    })
                )
        );

        Assert.That(claimed, Has.Count.EqualTo(Rows));
        Assert.That(claimed.Select(static lease => lease.Delivery.Row).Distinct().Count(), Is.EqualTo(Rows));
    }

    [Test]
    public async Task What_one_node_stores_another_hears_of()
    {
        var told = 0;
        _other.Spool.WorkArrived += () => Interlocked.Increment(ref told);
        var before = Volatile.Read(ref told);

        await Until.TrueAsync(
            async () =>
            {
                await _one.Spool.StoreAsync(_entries.New(), default);
                return Volatile.Read(ref told) > before;
            },
            "it hears of work"
        );
    }

    [Test]
    public async Task What_a_node_had_that_is_taken_for_dead_goes_to_another_and_the_first_can_write_nothing_of_it()
    {
        await _one.Spool.StoreAsync(_entries.New(), default);
        await _one.Spool.StoreAsync(_entries.New(), default);
        var leases = await _one.Spool.ClaimAsync(Claim, default);
        await _one.Spool.BeginAttemptAsync(leases[1], "mail1", null, default);

        await TakeForDeadAsync(_one);
        var taken = await TakeOverAsync(_other, leases.Count);

        Assert.That(taken.Select(static lease => lease.Delivery.Row), Is.EquivalentTo(leases.Select(static lease => lease.Delivery.Row)));
        Assert.That(
            taken.Select(static lease => (lease.Delivery.Part.State, lease.Delivery.Part.Upstream)),
            Is.EquivalentTo(new[] { (SpoolState.Waiting, null), (SpoolState.Uncertain, "mail1") })
        );
        await Until.TrueAsync(() => !_one.Spool.Holds(leases[0]), "the first has noticed");
        foreach (var lease in leases)
        {
            Assert.That(async () => await _one.Spool.BeginAttemptAsync(lease, "u", null, default), Throws.TypeOf<LeaseLostException>());
            await Until.TrueAsync(() => _one.Lease.IsHeld, "it is registered anew");
            Assert.That(async () => await _one.Spool.SettleAsync(lease, new Settlement(), default), Throws.TypeOf<LeaseLostException>());
        }

        foreach (var lease in taken)
        {
            await _other.Spool.SettleAsync(lease, new Settlement(), default);
        }

        Assert.That(await _one.Spool.ListAsync(new QueueFilter(), 10, default), Is.Empty);
    }

    [Test]
    public async Task A_node_that_was_taken_for_dead_works_again_under_another_name()
    {
        var before = _one.Lease.Id;
        await TakeForDeadAsync(_one);
        await Until.TrueAsync(() => _one.Lease.Id != before && _one.Lease.IsHeld, "it is registered anew");

        await Until.TrueAsync(() => _one.TryStoreAsync(_entries.New()), "it stores");

        var lease = (await _one.Spool.ClaimAsync(Claim, default)).Single();
        await _one.Spool.SettleAsync(lease, new Settlement(), default);
    }

    [Test]
    public async Task A_silent_node_expires_and_one_that_renews_does_not()
    {
        var ghost = (long)
            (
                await Postgres.ExecuteAsync(
                    _connectionString,
                    """
                    INSERT INTO node (name, version, admin, started_at, seen_at)
                    VALUES ('ghost', '1', '', now() - interval '1 hour', now() - interval '1 hour') RETURNING id
                    """
                )
            )!;
        await _one.Spool.StoreAsync(_entries.New(), default);
        await Postgres.ExecuteAsync(_connectionString, $"UPDATE delivery SET state = 1, owner = {ghost}, upstream = 'u'");
        var (one, other) = (_one.Lease.Id, _other.Lease.Id);

        var taken = await TakeOverAsync(_other, 1);

        Assert.That(taken.Single().Delivery.Part.State, Is.EqualTo(SpoolState.Uncertain));
        Assert.That((_one.Lease.Id, _other.Lease.Id), Is.EqualTo((one, other)));
    }

    [Test]
    public async Task A_node_that_ends_in_order_leaves_what_it_had_to_the_others_at_once()
    {
        await _one.Spool.StoreAsync(_entries.New(), default);
        var lease = (await _one.Spool.ClaimAsync(Claim, default)).Single();

        await _one.DisposeAsync();
        await _other.Spool.LookAsync(); // or the look that is under way already

        Assert.That((await TakeOverAsync(_other, rows: 1)).Single().Delivery.Row, Is.EqualTo(lease.Delivery.Row));
    }

    private static SpoolClaim Claim => new("default", 100, DateTimeOffset.MaxValue);

    /// <summary>As another node does that finds it silent.</summary>
    private async Task TakeForDeadAsync(PostgreSqlNode node) =>
        await Postgres.ExecuteAsync(_connectionString, $"DELETE FROM node WHERE id = {node.Lease.Id}");

    private static async Task<List<SpoolLease>> TakeOverAsync(PostgreSqlNode node, int rows)
    {
        List<SpoolLease> taken = [];
        await Until.TrueAsync(
            async () =>
            {
                taken.AddRange(await node.Spool.ClaimAsync(Claim, default));
                return taken.Count == rows;
            },
            "the rows are taken over"
        );
        return taken;
    }
}
