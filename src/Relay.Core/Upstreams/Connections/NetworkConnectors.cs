using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Reads the address of an upstream and gives the connector that reaches it.</summary>
internal static class NetworkConnectors
{
    private const int SmtpPort = 25;
    private const int ImplicitTlsPort = 465;

    /// <exception cref="ArgumentException">The address is none; the validator of the configuration lets none of these through.</exception>
    public static IUpstreamConnector Create(UpstreamOptions options)
    {
        var address = AddressOf(options);
        return address.UnixPath is { } path
            ? new UnixSocketConnector(path)
            : new TcpConnector(address.Host, address.Port, options.Peer?.Addresses);
    }

    /// <summary>The address with its default port: 465 where TLS begins with the first byte (RFC 8314 §7.3), 25 otherwise.</summary>
    public static EndpointAddress AddressOf(UpstreamOptions options)
    {
        var defaultPort = options.Tls == UpstreamTls.Implicit ? ImplicitTlsPort : SmtpPort;
        return EndpointAddress.TryParse(options.Address, defaultPort, out var address)
            ? address
            : throw new ArgumentException($"'{options.Address}' is not an address.", nameof(options));
    }
}
