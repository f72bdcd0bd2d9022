using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

internal sealed class SmtpClientPoolTests
{
    private UpstreamOptions _options = null!;
    private TestClock _time = null!;
    private Heartbeat _heartbeat = null!;
    private FakeSessions _sessions = null!;
    private SmtpClientPool _pool = null!;

    [SetUp]
    public void SetUpPool()
    {
        _options = new UpstreamOptions { Address = "localhost:25", Connections = 4 };
        _time = new TestClock();
        _heartbeat = new Heartbeat(_time);
        _sessions = new FakeSessions();
        _pool = new SmtpClientPool(() => _options, _sessions, _heartbeat, _time);
    }

    [TearDown]
    public async Task TearDownPool()
    {
        _sessions.ReleaseQuits();
        await _pool.DisposeAsync();
        _heartbeat.Dispose();
        Assert.That(_sessions.Open, Is.Zero, "every connection is closed in the end");
    }

    [Test]
    public async Task A_connection_that_is_given_back_serves_the_next_message()
    {
        var first = await UseAsync();
        var second = await UseAsync();

        Assert.That((first.IsReused, second.IsReused), Is.EqualTo((false, true)));
        Assert.That((_sessions.Opened, _pool.Open, _pool.Idle), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public async Task A_connection_that_was_opened_for_a_client_serves_that_client_and_nobody_else()
    {
        var one = new ForwardedClient(IPAddress.Parse("192.0.2.1"), "one", null);
        var two = new ForwardedClient(IPAddress.Parse("192.0.2.2"), "two", null);

        Assert.That(await IsReusedAsync(one), Is.False);
        Assert.That(await IsReusedAsync(two), Is.False, "that one is another's");
        Assert.That(await IsReusedAsync(null), Is.False, "Relay's own mail is not a client's");
        Assert.That(await IsReusedAsync(one with { }), Is.True);
        Assert.That(await IsReusedAsync(two), Is.True);
        Assert.That(await IsReusedAsync(null), Is.True);

        Assert.That(_sessions.Clients, Is.EqualTo([one, two, null]));
    }

    [Test]
    public async Task A_connection_kept_for_another_client_makes_room_when_all_places_are_taken()
    {
        _options = _options with { Connections = 2 };
        for (var number = 1; number <= 5; number++)
        {
            await IsReusedAsync(new ForwardedClient(new IPAddress([192, 0, 2, (byte)number]), "", null));
        }

        Assert.That((_sessions.Opened, _sessions.MostOpen, _pool.Idle), Is.EqualTo((5, 2, 2)));
    }

    [Test]
    public async Task The_connection_used_last_is_used_next()
    {
        var leases = await AcquireAsync(3);
        var last = leases[1].Session;
        foreach (var lease in new[] { leases[0], leases[2], leases[1] })
        {
            await lease.DisposeAsync();
        }

        await using var next = (await _pool.AcquireAsync(null, fresh: false, default)).Lease!;

        Assert.That(next.Session, Is.SameAs(last));
    }

    [Test]
    public async Task A_connection_whose_session_is_not_reusable_is_closed()
    {
        await using (var lease = (await _pool.AcquireAsync(null, fresh: false, default)).Lease!)
        {
            ((FakeSession)lease.Session).IsReusable = false;
        }

        Assert.That((_sessions.Closed, _pool.Open), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_connection_marked_broken_is_closed()
    {
        await using (var lease = (await _pool.AcquireAsync(null, fresh: false, default)).Lease!)
        {
            lease.MarkBroken();
        }

        Assert.That(_pool.Open, Is.Zero);
    }

    [Test]
    public async Task A_connection_serves_no_more_than_its_messages()
    {
        _options = _options with { MessagesPerConnection = 3 };
        for (var message = 0; message < 7; message++)
        {
            await UseAsync();
        }

        Assert.That((_sessions.Opened, _sessions.Closed), Is.EqualTo((3, 2)));
    }

    [Test]
    public async Task A_connection_is_replaced_at_its_age()
    {
        _options = _options with { ConnectionIdle = TimeSpan.FromHours(1) };
        await UseAsync();
        _time.Advance(_options.ConnectionLifetime - TimeSpan.FromSeconds(1));
        var young = await UseAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        var old = await UseAsync();

        Assert.That((young.IsReused, old.IsReused), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task An_idle_connection_is_closed_by_the_heartbeat()
    {
        await UseAsync();
        _time.Advance(_options.ConnectionIdle - TimeSpan.FromSeconds(1));
        var before = _pool.Open;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That((before, _pool.Open, _sessions.Closed), Is.EqualTo((1, 0, 1)));
    }

    [Test]
    public async Task NOOP_is_asked_only_after_ten_seconds()
    {
        await UseAsync();
        _time.Advance(TimeSpan.FromSeconds(9));
        await UseAsync();
        var early = _sessions.Checks;
        _time.Advance(TimeSpan.FromSeconds(10));
        await UseAsync();

        Assert.That((early, _sessions.Checks), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_connection_that_does_not_answer_NOOP_is_replaced()
    {
        await UseAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        _sessions.IsAlive = false;

        var next = await UseAsync();

        Assert.That(next.IsReused, Is.False);
        Assert.That((_sessions.Opened, _sessions.Closed), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_fresh_connection_takes_the_place_of_an_idle_one_when_there_is_no_other()
    {
        var leases = await AcquireAsync(4);
        await leases[0].DisposeAsync();

        await using var fresh = (await _pool.AcquireAsync(null, fresh: true, default)).Lease!;

        Assert.That(fresh.IsReused, Is.False);
        Assert.That((_sessions.Opened, _sessions.MostOpen), Is.EqualTo((5, 4)));
        await ReturnAsync(leases);
    }

    [Test]
    public async Task A_closing_connection_keeps_its_place_until_it_is_closed()
    {
        _sessions.HoldQuits();
        var leases = await AcquireAsync(4);
        leases[0].MarkBroken();
        await leases[0].DisposeAsync();

        var waiting = _pool.AcquireAsync(null, fresh: false, default).AsTask();
        var isWaiting = !waiting.IsCompleted;
        _sessions.ReleaseQuits();
        await using var next = (await waiting).Lease!;

        Assert.That(isWaiting, Is.True);
        Assert.That(_sessions.MostOpen, Is.EqualTo(4));
        await ReturnAsync(leases);
    }

    [Test]
    public async Task Waiting_for_a_place_can_be_given_up()
    {
        _sessions.HoldQuits();
        var leases = await AcquireAsync(4);
        await leases[0].DisposeAsync();
        using var owner = new CancellationTokenSource();

        var waiting = _pool.AcquireAsync(null, fresh: true, owner.Token).AsTask();
        await owner.CancelAsync();

        Assert.That((await waiting).Failure?.Kind, Is.EqualTo(UpstreamFailureKind.Cancelled));
        await ReturnAsync(leases);
    }

    [Test]
    public async Task A_failed_opening_is_told_and_gives_its_place_back()
    {
        _sessions.Failure = new UpstreamFailure(TransactionStage.Connect, UpstreamFailureKind.ConnectFailed);

        var result = await _pool.AcquireAsync(null, fresh: false, default);

        Assert.That((result.Lease, result.Failure), Is.EqualTo(((SmtpClientLease?)null, _sessions.Failure)));
        Assert.That(_pool.Open, Is.Zero);
    }

    [Test]
    public async Task After_a_reload_to_another_address_old_connections_are_not_used()
    {
        await UseAsync();
        _options = _options with { Weight = 7 };
        var sameAddress = await UseAsync();
        _options = _options with { Address = "localhost:26" };
        var otherAddress = await UseAsync();

        Assert.That((sameAddress.IsReused, otherAddress.IsReused), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task After_a_reload_to_fewer_connections_the_idle_ones_above_are_closed()
    {
        await ReturnAsync(await AcquireAsync(4));
        _options = _options with { Connections = 1 };
        _time.Advance(Heartbeat.Interval);

        Assert.That((_pool.Open, _pool.Idle), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_lease_that_outlives_the_pool_closes_its_connection()
    {
        var lease = (await _pool.AcquireAsync(null, fresh: false, default)).Lease!;
        await _pool.DisposeAsync();
        var stillOpen = _sessions.Open;
        await lease.DisposeAsync();

        Assert.That((stillOpen, _sessions.Open), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_lease_given_back_twice_counts_once()
    {
        var lease = (await _pool.AcquireAsync(null, fresh: false, default)).Lease!;
        await lease.DisposeAsync();
        await lease.DisposeAsync();

        Assert.That(_pool.Idle, Is.EqualTo(1));
    }

    [Test]
    public async Task Under_concurrency_there_are_never_more_connections_than_allowed()
    {
        using var slots = new SemaphoreSlim(_options.Connections);
        _options = _options with { MessagesPerConnection = 5 };

        await Task.WhenAll(Enumerable.Range(0, 16).Select(seed => Task.Run(() => WorkAsync(slots, new Random(seed)))));

        Assert.That(_sessions.MostOpen, Is.LessThanOrEqualTo(4));
        Assert.That(_pool.Open, Is.EqualTo(_pool.Idle));
    }

    private async Task WorkAsync(SemaphoreSlim slots, Random random)
    {
        for (var message = 0; message < 300; message++)
        {
            await slots.WaitAsync();
            await using (var lease = (await _pool.AcquireAsync(null, fresh: random.Next(4) == 0, default)).Lease!)
            {
                await Task.Yield();
                ((FakeSession)lease.Session).IsReusable = random.Next(10) != 0;
            }

            slots.Release();
        }
    }

    private async Task<bool> IsReusedAsync(ForwardedClient? client)
    {
        await using var lease = (await _pool.AcquireAsync(client, fresh: false, default)).Lease!;
        return lease.IsReused;
    }

    private async Task<SmtpClientLease> UseAsync()
    {
        var result = await _pool.AcquireAsync(null, fresh: false, default);
        await result.Lease!.DisposeAsync();
        return result.Lease;
    }

    private async Task<List<SmtpClientLease>> AcquireAsync(int count)
    {
        var leases = new List<SmtpClientLease>();
        for (var index = 0; index < count; index++)
        {
            leases.Add((await _pool.AcquireAsync(null, fresh: false, default)).Lease!);
        }

        return leases;
    }

    private static async Task ReturnAsync(List<SmtpClientLease> leases)
    {
        foreach (var lease in leases)
        {
            await lease.DisposeAsync();
        }
    }
}
