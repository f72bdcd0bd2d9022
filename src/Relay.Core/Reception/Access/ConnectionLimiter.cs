using System.Collections.Concurrent;
using System.Net;
using Relay.Core.Configuration;

namespace Relay.Core.Reception.Access;

/// <summary>
/// Counts the client connections of all listeners, in all and by client network. Kestrel's own limit counts by endpoint and closes without a word;
/// a client is owed its 421.
/// </summary>
internal sealed class ConnectionLimiter
{
    private readonly ConcurrentDictionary<ClientNetwork, int> _byClient = new();
    private int _count;

    /// <summary>Connections that are open now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place, to be given back by <see cref="Leave"/> if the answer is <see cref="Admission.Granted"/>.</summary>
    /// <param name="client">Null for a unix socket, which is bound by the total only.</param>
    /// <param name="limits">The limits of the moment.</param>
    public Admission Enter(IPAddress? client, LimitOptions limits)
    {
        if (Interlocked.Increment(ref _count) > limits.Connections)
        {
            Interlocked.Decrement(ref _count);
            return Admission.TooManyConnections;
        }

        if (
            ClientNetwork.Of(client) is { } network
            && _byClient.AddOrUpdate(network, 1, static (_, count) => count + 1) > limits.ConnectionsPerClient
        )
        {
            Leave(client);
            return Admission.TooManyFromClient;
        }

        return Admission.Granted;
    }

    public void Leave(IPAddress? client)
    {
        Interlocked.Decrement(ref _count);
        if (ClientNetwork.Of(client) is { } network && _byClient.AddOrUpdate(network, 0, static (_, count) => count - 1) <= 0)
        {
            // Only if it is still zero: the client may have come again in between.
            _byClient.TryRemove(KeyValuePair.Create(network, 0));
        }
    }
}

internal enum Admission
{
    Granted,
    TooManyConnections,
    TooManyFromClient,
}
