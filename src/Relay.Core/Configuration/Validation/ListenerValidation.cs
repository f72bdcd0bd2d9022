using System.Net;

namespace Relay.Core.Configuration.Validation;

/// <summary>Where Relay listens: addresses that can be bound, each used once.</summary>
internal static class ListenerValidation
{
    public static void Check(RelayOptions options, KeyScope relay)
    {
        var listeners = relay.At(nameof(options.Listeners));
        listeners.ReportIf(options.Listeners.Count == 0, "at least one listener is needed");
        var used = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, listener) in options.Listeners)
        {
            var scope = listeners.At(name);
            scope.IsName(name);
            CheckAddress(listener.Address, scope.At(nameof(listener.Address)), used);
            CheckLogin(listener, options.Access, scope.At(nameof(listener.RequireAuth)));
            CheckTrusted(listener.ProxyProtocolFrom, scope.At(nameof(listener.ProxyProtocolFrom)));
            CheckTrusted(listener.XClientFrom, scope.At(nameof(listener.XClientFrom)));
        }

        if (options.Admin.Address.Length > 0)
        {
            CheckAddress(options.Admin.Address, relay.At(nameof(options.Admin)).At(nameof(options.Admin.Address)), used);
        }
    }

    // Nobody could send there at all.
    private static void CheckLogin(ListenerOptions listener, AccessOptions access, KeyScope scope)
    {
        scope.ReportIf(listener.RequireAuth && access.Users.Count == 0, "needs somebody who can log in: Access:Users is empty");
        scope.ReportIf(
            listener is { RequireAuth: true, AllowClearTextAuth: false, Tls: ListenerTls.None },
            "AUTH is never offered here: there is no TLS, and AllowClearTextAuth is not set"
        );
    }

    // Whoever may name the client's address may name one that relays.
    private static void CheckTrusted(IReadOnlyList<string> networks, KeyScope scope)
    {
        for (var index = 0; index < networks.Count; index++)
        {
            var isEverybody = NetworkSyntax.Read(networks[index], scope.At(index)) is { PrefixLength: 0 };
            scope.At(index).ReportIf(isEverybody, $"{networks[index]} lets everybody pass for any client, and so relay");
        }
    }

    private static void CheckAddress(string text, KeyScope scope, Dictionary<string, string> used)
    {
        if (text.Length == 0)
        {
            scope.Report("is missing");
            return;
        }

        if (SystemdAddress.TryGetName(text, out var socket))
        {
            scope.ReportIf(
                !SystemdAddress.IsName(socket),
                $"\"{socket}\" is no name of a socket: letters, digits and - _ . @, as in systemd:smtp"
            );
            scope.ReportIf(!used.TryAdd(text, scope.Key), $"{text} is taken by {used.GetValueOrDefault(text)}");
            return;
        }

        if (!EndpointAddress.TryParse(text, defaultPort: null, out var address))
        {
            scope.Report($"\"{text}\" is not an address: write 127.0.0.1:2525, [::1]:2525, *:2525, unix:/path or systemd:NAME");
            return;
        }

        var canBind = address.UnixPath is not null || address.Host is "*" or "localhost" || IPAddress.TryParse(address.Host, out _);
        scope.ReportIf(
            !canBind,
            $"\"{address.Host}\" is not an IP address of this machine; write *:{address.Port} to listen on all of them"
        );
        var isFree = address is { UnixPath: null, Port: 0 } || used.TryAdd(Canonical(address), scope.Key);
        scope.ReportIf(!isFree, $"{text} is taken by {used.GetValueOrDefault(Canonical(address))}");
    }

    private static string Canonical(EndpointAddress address) =>
        address.Host is "localhost" ? new EndpointAddress("127.0.0.1", address.Port, null).ToString() : address.ToString();
}
