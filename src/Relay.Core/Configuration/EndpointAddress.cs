using System.Globalization;

namespace Relay.Core.Configuration;

/// <summary>An address as configurations write it: <c>host:port</c>, <c>[v6]:port</c>, <c>*:port</c> or <c>unix:/path</c>.</summary>
/// <param name="Host">A name or an address without brackets; <c>*</c> for all; empty for a unix socket.</param>
/// <param name="Port">0 to 65535; 0 for a unix socket.</param>
/// <param name="UnixPath">Path of a unix socket, null otherwise.</param>
public sealed record EndpointAddress(string Host, int Port, string? UnixPath)
{
    private const string UnixPrefix = "unix:";

    /// <summary>Reads an address; <paramref name="defaultPort"/> is used where none is written, null makes the port required.</summary>
    public static bool TryParse(
        string text,
        int? defaultPort,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EndpointAddress? address
    )
    {
        address = null;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            var path = text[UnixPrefix.Length..];
            address = path.Length == 0 ? null : new EndpointAddress("", 0, path);
            return address is not null;
        }

        if (!TrySplit(text, out var host, out var portText) || host.Length == 0 || host.AsSpan().ContainsAny(" /@"))
        {
            return false;
        }

        var port = defaultPort ?? -1;
        if (portText is not null && !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return false;
        }

        address = port is >= 0 and <= 65535 ? new EndpointAddress(host, port, null) : null;
        return address is not null;
    }

    /// <summary>The address that a client on this machine connects to: loopback for one that stands for all addresses.</summary>
    public EndpointAddress OfLocalClient() =>
        Host switch
        {
            "*" or "0.0.0.0" => this with { Host = "127.0.0.1" },
            "::" => this with { Host = "::1" },
            _ => this,
        };

    public override string ToString() =>
        UnixPath is not null ? UnixPrefix + UnixPath
        : Host.Contains(':', StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static bool TrySplit(string text, out string host, out string? port)
    {
        port = null;
        host = text;
        var colon = text.LastIndexOf(':');
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < text.Length && text[end + 1] != ':'))
            {
                return false;
            }

            host = text[1..end];
            port = end + 1 < text.Length ? text[(end + 2)..] : null;
            return System.Net.IPAddress.TryParse(host, out _);
        }

        if (colon < 0)
        {
            return true;
        }

        host = text[..colon];
        port = text[(colon + 1)..];
        return !host.Contains(':', StringComparison.Ordinal); // an IPv6 address needs its brackets
    }
}
