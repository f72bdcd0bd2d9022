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
            return IsWhatItSays(text, network, scope) ? network : null;
        }

        scope.Report(
            IPAddress.TryParse(text, out var address)
                ? $"{text} is an address, not a network: write {text}/{address.GetAddressBytes().Length * 8}"
                : $"\"{text}\" is not a network: write 10.0.0.0/8 or fd00::/8, the bits behind the prefix being zero"
        );
        return null;
    }

    /// <summary>Whoever writes 10.1.2.3/8 may have meant that one machine, and would let in sixteen million: the runtime's parser clears the bits and says nothing.</summary>
    private static bool IsWhatItSays(string text, IPNetwork network, KeyScope scope)
    {
        if (
            !IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var given)
            || given.Equals(network.BaseAddress)
        )
        {
            return true;
        }

        var alone = given.GetAddressBytes().Length * 8;
        scope.Report(
            $"{text} has bits behind its prefix: write {network} for the whole network, or {given}/{alone} for that address alone"
        );
        return false;
    }

    public static void Check(string text, KeyScope scope) => _ = Read(text, scope);
}
