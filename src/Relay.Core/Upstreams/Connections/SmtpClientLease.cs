namespace Relay.Core.Upstreams.Connections;

/// <summary>The use of one pooled connection for one message. Given back it is kept only if its session says that the next message may use it.</summary>
internal sealed class SmtpClientLease : IAsyncDisposable
{
    private readonly SmtpClientPool _pool;
    private readonly PooledConnection _connection;
    private bool _isBroken;
    private bool _isReturned;

    internal SmtpClientLease(SmtpClientPool pool, PooledConnection connection)
    {
        _pool = pool;
        _connection = connection;
        IsReused = connection.Messages > 0;
        connection.Messages++;
    }

    public IUpstreamSession Session => _connection.Session;

    /// <summary>Whether messages went over this connection before: what breaks on it at once may work on a fresh one.</summary>
    public bool IsReused { get; }

    /// <summary>The connection is closed when the lease ends, whatever its session says.</summary>
    public void MarkBroken() => _isBroken = true;

    public ValueTask DisposeAsync()
    {
        if (_isReturned)
        {
            return ValueTask.CompletedTask;
        }

        _isReturned = true;
        return _pool.ReturnAsync(_connection, isReusable: !_isBroken && _connection.Session.IsReusable);
    }
}
