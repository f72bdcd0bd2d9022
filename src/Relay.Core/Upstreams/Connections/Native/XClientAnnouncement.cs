using System.Net.Sockets;
using System.Text;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// XCLIENT (postfix.org/XCLIENT_README.html): tells the upstream whom the connection is for. The session begins anew with that, so EHLO is said again, by the client's name.
/// </summary>
internal static class XClientAnnouncement
{
    private const string Unavailable = "[UNAVAILABLE]";

    /// <summary>The command, without its line end: the attributes that the server knows.</summary>
    /// <param name="client">Whom the connection is for.</param>
    /// <param name="attributes">What stands behind XCLIENT in the reply to EHLO.</param>
    public static string Compose(ForwardedClient client, IReadOnlySet<string> attributes)
    {
        var command = new StringBuilder("XCLIENT");
        foreach (var (name, value) in ValuesOf(client))
        {
            if (attributes.Contains(name))
            {
                command.Append(' ').Append(name).Append('=').Append(Xtext(value));
            }
        }

        return command.ToString();
    }

    // NAME and PORT are Relay's own unless they are said not to be known.
    private static (string Name, string Value)[] ValuesOf(ForwardedClient client) =>
        [
            ("NAME", Unavailable),
            (
                "ADDR",
                client.Address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPV6:" + WithoutScope(client) : client.Address.ToString()
            ),
            ("PORT", Unavailable),
            ("HELO", client.HelloName.Length > 0 ? client.HelloName : Unavailable),
            ("LOGIN", client.User ?? Unavailable),
        ];

    private static string WithoutScope(ForwardedClient client) => new System.Net.IPAddress(client.Address.GetAddressBytes()).ToString();

    /// <summary>RFC 3461 §4, as XCLIENT asks for it.</summary>
    private static string Xtext(string value)
    {
        var encoded = new StringBuilder(value.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            var isPlain = octet is > 32 and < 127 and not (byte)'+' and not (byte)'=';
            _ = isPlain ? encoded.Append((char)octet) : encoded.Append('+').Append(Convert.ToHexString([octet]));
        }

        return encoded.ToString();
    }
}
