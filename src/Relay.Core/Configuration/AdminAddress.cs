using System.Net;

namespace Relay.Core.Configuration;

/// <summary>Whether the HTTP side can be reached from other machines, where a token has to guard it.</summary>
public static class AdminAddress
{
    /// <summary>Loopback or a unix socket; false for what is no address.</summary>
    public static bool IsLocal(string text) =>
        EndpointAddress.TryParse(text, defaultPort: null, out var address)
        && (
            address.UnixPath is not null
            || address.Host is "localhost"
            || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip))
        );
}
