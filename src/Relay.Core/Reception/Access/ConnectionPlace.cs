using System.Net;

namespace Relay.Core.Reception.Access;

/// <summary>A place that <see cref="ConnectionLimiter.Enter"/> has granted. The default is none at all, of a client within the process.</summary>
/// <param name="limiter">Who granted it.</param>
/// <param name="client">To whom: the client as it came, whoever it speaks for later (XCLIENT).</param>
internal readonly struct ConnectionPlace(ConnectionLimiter? limiter, IPAddress? client) : IDisposable
{
    /// <summary>Gives it back; once.</summary>
    public void Dispose() => limiter?.Leave(client);
}
