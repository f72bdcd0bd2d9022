using System.Net;

namespace Relay.Core.Configuration.Validation;

/// <summary>Networks as configurations write them (CIDR).</summary>
internal static class NetworkSyntax
{
    /// <summary>The network, or null after reporting how it should have been written.</summary>
    public static IPNetwork? Read(string text, KeyScope scope)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        scope.Report(
            IPAddress.TryParse(text, out var address)
                ? $"{text} is an address, not a network: write {text}/{address.GetAddressBytes().Length * 8}"
                : $"\"{text}\" is not a network: write 10.0.0.0/8 or fd00::/8, the bits behind the prefix being zero"
        );
        return null;
    }

    public static void Check(string text, KeyScope scope) => _ = Read(text, scope);
}
