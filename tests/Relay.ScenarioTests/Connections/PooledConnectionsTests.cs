using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.ScenarioTests.Connections;

/// <summary>The pool over real sockets to a server that counts.</summary>
internal sealed class PooledConnectionsTests
{
    private ScriptedUpstream _upstream = null!;
    private UpstreamBench _bench = null!;
    private SmtpClientPool _pool = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _bench = UpstreamBench.Tcp(new UpstreamOptions { Address = _upstream.Address, Connections = 5 });
        _pool = new SmtpClientPool(() => _bench.Options, _bench.Factory, _bench.Heartbeat, _bench.Time);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _pool.DisposeAsync();
        await _bench.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Test]
    public async Task Every_message_arrives_once_and_the_server_sees_no_more_connections_than_allowed()
    {
        using var slots = new SemaphoreSlim(_bench.Options.Connections);

        var workers = Enumerable.Range(0, 10).Select(_ => Task.Run(() => SendManyAsync(slots, 50)));
        await Task.WhenAll(workers);

        Assert.That(_upstream.Accepted, Has.Count.EqualTo(500));
        Assert.That(_upstream.MostConnections, Is.LessThanOrEqualTo(5));
    }

    [Test]
    public async Task A_server_that_was_killed_and_came_back_is_reached_by_a_fresh_connection()
    {
        await SendAsync(fresh: false);
        await _upstream.StopAsync();
        await _upstream.StartAgainAsync();

        var stale = await SendAsync(fresh: false);
        var fresh = await SendAsync(fresh: true);

        Assert.That((stale.Failure?.Stage, stale.Failure?.Kind), Is.EqualTo((TransactionStage.Mail, UpstreamFailureKind.ConnectionLost)));
        Assert.That(fresh.Dot?.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task The_end_of_the_pool_says_QUIT_on_every_connection()
    {
        var leases = new List<SmtpClientLease>();
        for (var index = 0; index < 3; index++)
        {
            leases.Add((await _pool.AcquireAsync(null, fresh: false, default)).Lease!);
        }

        foreach (var lease in leases)
        {
            await lease.DisposeAsync();
        }

        await _pool.DisposeAsync();

        Assert.That(_upstream.Commands, Has.Exactly(3).EqualTo("QUIT"));
        await Until.TrueAsync(() => _upstream.OpenConnections == 0, "the server sees them closed");
    }

    [Test]
    public async Task A_QUIT_without_an_answer_does_not_hold_up_the_end()
    {
        _upstream.On(Stage.Quit).Silence();
        await SendAsync(fresh: false);
        var begin = TimeProvider.System.GetTimestamp();

        await _pool.DisposeAsync();

        Assert.That(TimeProvider.System.GetElapsedTime(begin), Is.LessThan(TimeSpan.FromSeconds(6)));
    }

    [Test]
    public async Task A_reset_after_the_dot_is_told_as_after_the_dot()
    {
        _upstream.On(Stage.Dot).Reset();

        var result = await SendAsync(fresh: false);

        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((TransactionStage.Dot, UpstreamFailureKind.ConnectionLost)));
    }

    [Test]
    public async Task No_failure_leaves_an_unobserved_task_behind()
    {
        var unobserved = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, raised) => unobserved.Add(raised.Exception);
        TaskScheduler.UnobservedTaskException += note;
        foreach (
            var stage in new[] { Stage.Connect, Stage.Greeting, Stage.Ehlo, Stage.Mail, Stage.Rcpt, Stage.Data, Stage.Dot, Stage.Quit }
        )
        {
            _upstream.On(stage).Reset().Times(1);
            var acquired = await _pool.AcquireAsync(null, fresh: false, default);
            if (acquired.Lease is { } lease)
            {
                await lease.Session.TransactAsync(UpstreamBench.Message(), default);
                await lease.DisposeAsync();
            }

            _upstream.ClearFaults();
        }

        await _pool.DisposeAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= note;

        Assert.That(unobserved, Is.Empty);
    }

    private async Task SendManyAsync(SemaphoreSlim slots, int count)
    {
        for (var message = 0; message < count; message++)
        {
            await slots.WaitAsync();
            await SendAsync(fresh: message % 10 == 9);
            slots.Release();
        }
    }

    private async Task<TransactionResult> SendAsync(bool fresh)
    {
        await using var lease = (await _pool.AcquireAsync(null, fresh, default)).Lease!;
        return await lease.Session.TransactAsync(UpstreamBench.Message(), default);
    }
}
