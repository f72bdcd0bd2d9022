using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections;

/// <summary>The connections of a pool that wait for a message. Used under the pool's lock; whoever takes some out that are not used again closes them.</summary>
internal sealed class IdleConnections
{
    private readonly List<PooledConnection> _connections = [];

    public int Count => _connections.Count;

    public void Add(PooledConnection connection) => _connections.Add(connection);

    /// <summary>The one used last that may be used again: under little load the others grow idle.</summary>
    /// <param name="client">Whom it must have been opened for.</param>
    /// <param name="options">What the pool goes by now.</param>
    /// <param name="unfit">Gets those that were found to be too old on the way.</param>
    public PooledConnection? TakeFit(ForwardedClient? client, UpstreamOptions options, List<PooledConnection> unfit)
    {
        for (var index = _connections.Count - 1; index >= 0; index--)
        {
            var connection = _connections[index];
            if (connection.Client != client)
            {
                continue;
            }

            _connections.RemoveAt(index);
            if (IsFit(connection, options))
            {
                return connection;
            }

            unfit.Add(connection);
        }

        return null;
    }

    /// <summary>Those too old to be used again, and the oldest of the rest where there are too many.</summary>
    /// <param name="options">What the pool goes by now.</param>
    /// <param name="excess">How many connections the pool has too many.</param>
    public List<PooledConnection> TakeExpired(UpstreamOptions options, int excess)
    {
        List<PooledConnection> expired = [];
        for (var index = 0; index < _connections.Count; index++)
        {
            var connection = _connections[index];
            if (expired.Count < excess || !IsFit(connection, options))
            {
                _connections.RemoveAt(index--);
                expired.Add(connection);
            }
        }

        return expired;
    }

    public PooledConnection TakeOldest()
    {
        var oldest = _connections[0];
        _connections.RemoveAt(0);
        return oldest;
    }

    public List<PooledConnection> TakeAll()
    {
        List<PooledConnection> all = [.. _connections];
        _connections.Clear();
        return all;
    }

    private static bool IsFit(PooledConnection connection, UpstreamOptions options) =>
        connection.IdleTime < options.ConnectionIdle && connection.MayServe(options);
}
