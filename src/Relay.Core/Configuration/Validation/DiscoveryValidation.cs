using System.Net;

namespace Relay.Core.Configuration.Validation;

/// <summary>Names that can be looked up, and the servers that are asked for them.</summary>
internal static class DiscoveryValidation
{
    private const int DnsPort = 53;

    public static void Check(DiscoveryOptions discovery, KeyScope scope)
    {
        var (second, minute, day) = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        for (var index = 0; index < discovery.DnsServers.Count; index++)
        {
            CheckServer(discovery.DnsServers[index], scope.At(nameof(discovery.DnsServers)).At(index));
        }

        scope.At(nameof(discovery.MinimumInterval)).Between(discovery.MinimumInterval, second, day);
        scope.At(nameof(discovery.MaximumInterval)).Between(discovery.MaximumInterval, second, day);
        scope
            .At(nameof(discovery.MaximumInterval))
            .ReportIf(
                discovery.MaximumInterval < discovery.MinimumInterval && discovery.MaximumInterval >= second,
                $"is shorter than MinimumInterval ({discovery.MinimumInterval:c})"
            );
        scope.At(nameof(discovery.Timeout)).Between(discovery.Timeout, second, minute);
        scope.At(nameof(discovery.StartTimeout)).Between(discovery.StartTimeout, TimeSpan.Zero, minute);
        scope.At(nameof(discovery.KeepMissing)).Between(discovery.KeepMissing, TimeSpan.Zero, day);
        scope.At(nameof(discovery.MaximumMembers)).Between(discovery.MaximumMembers, 1, 1000);
    }

    public static void Check(UpstreamOptions upstream, KeyScope scope)
    {
        if (upstream.Discover == UpstreamDiscovery.None)
        {
            return;
        }

        scope
            .At(nameof(upstream.Discover))
            .ReportIf(upstream.Kind == UpstreamKind.Capture, "a Capture upstream is an embedded mailbox: there is nothing to look up");
        if (upstream.Kind != UpstreamKind.Capture && EndpointAddress.TryParse(upstream.Address, defaultPort: 25, out var address))
        {
            CheckName(upstream, address, scope.At(nameof(upstream.Address)));
        }
    }

    private static void CheckServer(string text, KeyScope scope) =>
        scope.ReportIf(
            !EndpointAddress.TryParse(text, DnsPort, out var address) || address.Port == 0 || !IPAddress.TryParse(address.Host, out _),
            $"\"{text}\" is not the address of a name server: write 192.0.2.53, 192.0.2.53:53 or [2001:db8::53]:53"
        );

    private static void CheckName(UpstreamOptions upstream, EndpointAddress address, KeyScope scope)
    {
        if (address.UnixPath is not null || IPAddress.TryParse(address.Host, out _))
        {
            scope.Report($"\"{upstream.Address}\" is no name that could be looked up");
            return;
        }

        // Underscores begin the labels of services (RFC 2782).
        var isName =
            address.Host.Length <= 253
            && address.Host.TrimEnd('.').Split('.').All(label => label.Length is > 0 and <= 63 && label.All(IsOfLabel));
        scope.ReportIf(!isName && address.Host != "*", $"\"{address.Host}\" is not a name of DNS");
        scope.ReportIf(
            upstream.Discover == UpstreamDiscovery.Srv && EndpointAddress.TryParse(upstream.Address, defaultPort: null, out _),
            "holds a port, which is what the SRV records tell; leave it out"
        );
    }

    private static bool IsOfLabel(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
