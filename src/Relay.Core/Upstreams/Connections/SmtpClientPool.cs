using System.Runtime.CompilerServices;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// The connections to one upstream. A caller reserves a slot with the upstream first, so that there are never more leases than
/// <see cref="UpstreamOptions.Connections"/>; the pool sees to it that leased, idle and closing connections together are not more either.
/// </summary>
/// <remarks>The one used last is used next: under little load the others grow idle and are closed. The lock is never held over I/O.</remarks>
internal sealed class SmtpClientPool : IHeartbeatListener, IAsyncDisposable
{
    /// <summary>An idle connection is asked whether it still lives only after this time; a server rarely closes one sooner.</summary>
    private static readonly TimeSpan CheckAfter = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly IdleConnections _idle = new();
    private readonly Func<UpstreamOptions> _options;
    private readonly IUpstreamSessionFactory _factory;
    private readonly Heartbeat _heartbeat;
    private readonly TimeProvider _time;
    private int _open;
    private int _closing;
    private TaskCompletionSource? _nextClosed;
    private bool _isRetired;
    private LentPlace? _lent;
    private bool _isDisposed;

    /// <param name="options">The upstream's options, asked for each time: they may change at a reload.</param>
    /// <param name="factory">Opens connections.</param>
    /// <param name="heartbeat">Prompts the sweeping of idle connections.</param>
    /// <param name="time">The clock.</param>
    public SmtpClientPool(Func<UpstreamOptions> options, IUpstreamSessionFactory factory, Heartbeat heartbeat, TimeProvider time)
    {
        _options = options;
        _factory = factory;
        _heartbeat = heartbeat;
        _time = time;
        Logins = new AdaptivePace(time);
        heartbeat.Add(this);
    }

    /// <summary>The pace of new connections, with their logins, that the server asks for.</summary>
    public AdaptivePace Logins { get; }

    /// <summary>Connections that stand or are being opened, and are not about to be closed: what mail can do with while a new one would come too soon.</summary>
    public int Standing => Counts.Standing;

    private (int Open, int Idle, int Standing) Counts
    {
        get
        {
            lock (_lock)
            {
                return (_open, _idle.Count, _open - _closing);
            }
        }
    }

    /// <summary>Connections that are open or being opened or closed.</summary>
    public int Open => Counts.Open;

    /// <summary>Those among them that wait for a message.</summary>
    public int Idle => Counts.Idle;

    /// <summary>An idle connection or a new one. Never throws for what a server or a network may do.</summary>
    /// <param name="client">Whom the message comes from, where the upstream is told; null: the connection is Relay's own.</param>
    /// <param name="fresh">Only a new one will do: what was tried on a reused one is tried once more.</param>
    /// <param name="cancellationToken">Gives up waiting for it.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PoolResult> AcquireAsync(ForwardedClient? client, bool fresh, CancellationToken cancellationToken)
    {
        while (!fresh && TakeIdle(client) is { } connection)
        {
            if (connection.IdleTime < CheckAfter || await connection.Session.IsAliveAsync(cancellationToken))
            {
                return new PoolResult(new SmtpClientLease(this, connection), null);
            }

            CloseInBackground([connection]);
        }

        if (!Logins.TryTake())
        {
            return new PoolResult(null, new UpstreamFailure(TransactionStage.Connect, UpstreamFailureKind.LoginTooSoon));
        }

        try
        {
            await MakeRoomAsync(cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            return new PoolResult(null, new UpstreamFailure(TransactionStage.Connect, UpstreamFailureKind.Cancelled, Cause: exception));
        }

        return await OpenAsync(client, cancellationToken);
    }

    /// <summary>
    /// A place for one connection that is not the pool's: a check of the server. It counts as one that is closing, so that there are never more than allowed,
    /// and is called back when mail wants it. Null while all places are taken, or one is lent already.
    /// </summary>
    public LentPlace? TryLend()
    {
        lock (_lock)
        {
            if (_isDisposed || _lent is not null || _open >= _options().Connections)
            {
                return null;
            }

            _open++;
            _closing++;
            return _lent = new LentPlace(this);
        }
    }

    public void OnHeartbeat(long now)
    {
        var options = _options();
        List<PooledConnection> expired;
        lock (_lock)
        {
            expired = _idle.TakeExpired(options, _open - _closing - options.Connections);
            _closing += expired.Count;
        }

        CloseMarked(expired);
    }

    /// <summary>Keeps no connection any more: its upstream was taken out of the configuration. Deliveries that are under way finish on theirs.</summary>
    public void Retire()
    {
        List<PooledConnection> idle;
        lock (_lock)
        {
            _isRetired = true;
            idle = TakeAllIdleLocked();
        }

        CloseMarked(idle);
    }

    /// <summary>Ends <see cref="Retire"/>: the upstream is in the configuration again.</summary>
    public void Revive() => Volatile.Write(ref _isRetired, false);

    /// <summary>Closes what is idle and waits until it is closed, which takes at most about two seconds. A lease that is still out closes its connection when it ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _heartbeat.Remove(this);
        List<PooledConnection> idle;
        LentPlace? lent;
        lock (_lock)
        {
            _isDisposed = true;
            idle = TakeAllIdleLocked();
            lent = _lent;
        }

        lent?.Recall();
        CloseMarked(idle);
        while (IsClosing(out var closed))
        {
            await closed;
        }
    }

    /// <summary>The check is over and its connection closed.</summary>
    internal void TakeBack()
    {
        lock (_lock)
        {
            _lent = null;
        }

        GiveBackPlace(wasClosing: true);
    }

    /// <summary>A lease has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask ReturnAsync(PooledConnection connection, bool isReusable)
    {
        var options = _options();
        bool isDisposed;
        lock (_lock)
        {
            isDisposed = _isDisposed;
            if (isReusable && !isDisposed && !_isRetired && connection.MayServe(options) && _open - _closing <= options.Connections)
            {
                connection.IdleSince = _time.GetTimestamp();
                _idle.Add(connection);
                return;
            }

            _closing++;
        }

        var closing = CloseAsync(connection);
        if (isDisposed)
        {
            await closing; // nobody else waits for it any more; before that, an answer to a client must not wait for a QUIT
        }
    }

    private List<PooledConnection> TakeAllIdleLocked()
    {
        var idle = _idle.TakeAll();
        _closing += idle.Count;
        return idle;
    }

    private PooledConnection? TakeIdle(ForwardedClient? client)
    {
        var options = _options();
        List<PooledConnection> unfit = [];
        PooledConnection? taken;
        lock (_lock)
        {
            taken = _idle.TakeFit(client, options, unfit);
            _closing += unfit.Count;
        }

        CloseMarked(unfit);
        return taken;
    }

    /// <summary>Claims a place for a new connection; closes an idle one for it, or waits for one that is closing, when all places are taken.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask MakeRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            PooledConnection? victim = null;
            LentPlace? lent;
            Task closed;
            lock (_lock)
            {
                // Nothing idle and nothing closing: all are leased, and the caller has a slot, so a reload has just lowered the bound.
                if (_open < _options().Connections || (_idle.Count == 0 && _closing == 0))
                {
                    _open++;
                    return;
                }

                if (_closing == 0)
                {
                    victim = _idle.TakeOldest();
                    _closing++;
                }

                lent = _lent;
                closed = NextClosedLocked();
            }

            lent?.Recall();
            CloseMarked(victim is null ? [] : [victim]);
            await AwaitAsync(closed).WaitAsync(cancellationToken);
        }
    }

    // The wait resumes in the context in which it began. WaitAsync on the source's own task would go by way of the thread pool, where no simulation can follow.
    private static async Task AwaitAsync(Task task) => await task;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<PoolResult> OpenAsync(ForwardedClient? client, CancellationToken cancellationToken)
    {
        var options = _options();
        var openedAt = _time.GetTimestamp();
        var opened = default(OpenResult);
        try
        {
            opened = await _factory.OpenAsync(client, cancellationToken);
        }
        finally
        {
            if (opened.Session is null)
            {
                GiveBackPlace(wasClosing: false);
            }
        }

        if (opened.Session is not { } session)
        {
            return new PoolResult(null, opened.Failure);
        }

        Logins.Accepted(_time.GetElapsedTime(openedAt));
        return new PoolResult(new SmtpClientLease(this, new PooledConnection(session, client, options, openedAt, _time)), null);
    }

    private void CloseInBackground(IReadOnlyList<PooledConnection> connections)
    {
        lock (_lock)
        {
            _closing += connections.Count;
        }

        CloseMarked(connections);
    }

    /// <summary>Starts to close connections that are counted as closing; nobody waits but <see cref="DisposeAsync"/>, by the count.</summary>
    private void CloseMarked(IReadOnlyList<PooledConnection> connections)
    {
        foreach (var connection in connections)
        {
            _ = CloseAsync(connection);
        }
    }

    private async Task CloseAsync(PooledConnection connection)
    {
        try
        {
            await connection.Session.DisposeAsync();
        }
        finally
        {
            GiveBackPlace(wasClosing: true);
        }
    }

    private void GiveBackPlace(bool wasClosing)
    {
        TaskCompletionSource? waiters;
        lock (_lock)
        {
            _open--;
            _closing -= wasClosing ? 1 : 0;
            waiters = _nextClosed;
            _nextClosed = null;
        }

        waiters?.TrySetResult();
    }

    private bool IsClosing(out Task closed)
    {
        lock (_lock)
        {
            closed = _closing == 0 ? Task.CompletedTask : NextClosedLocked();
            return _closing > 0;
        }
    }

    private Task NextClosedLocked() => (_nextClosed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
