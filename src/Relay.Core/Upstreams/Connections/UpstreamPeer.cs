using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Whom an upstream's options speak of.</summary>
internal static class UpstreamPeer
{
    /// <summary>The name that its certificate must carry, and its port. An embedded mailbox and a unix socket have no name of their own.</summary>
    public static (string Host, int Port) NameOf(UpstreamOptions options)
    {
        if (options.Kind == UpstreamKind.Capture)
        {
            return ("localhost", 0);
        }

        var address = NetworkConnectors.AddressOf(options);
        return address.UnixPath is null ? (options.Peer?.TlsName ?? address.Host, address.Port) : ("localhost", 0);
    }
}
