using System.Globalization;
using System.Net;
using Relay.Core.Configuration;

namespace Relay.Cli.Setup;

/// <summary>Names for servers in a configuration, from their addresses.</summary>
internal static class ServerNames
{
    private const int Longest = 30;

    /// <summary>The provider, or the first part of the host name; a number where that is no name or is taken.</summary>
    public static string For(EndpointAddress address, UpstreamPreset preset, IReadOnlyCollection<string> taken)
    {
        var wanted = Wanted(address, preset);
        for (var number = 1; ; number++)
        {
            var name = number == 1 ? wanted : string.Create(CultureInfo.InvariantCulture, $"{wanted}-{number}");
            if (!taken.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return name;
            }
        }
    }

    private static string Wanted(EndpointAddress address, UpstreamPreset preset)
    {
        if (preset != UpstreamPreset.None)
        {
            return preset.ToString().ToLowerInvariant();
        }

        var label = IPAddress.TryParse(address.Host, out _) ? "" : address.Host.Split('.')[0];
        var plain = string.Concat(label.Where(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
            .Trim('-')
            .ToLowerInvariant();
        return plain.Length is > 0 and <= Longest ? plain : "server";
    }

    /// <summary>Numbers in front where the order of the names is that of use.</summary>
    public static IReadOnlyList<ServerDraft> InOrder(IReadOnlyList<ServerDraft> servers) =>
        [
            .. servers.Select(
                static (server, index) => server with { Name = string.Create(CultureInfo.InvariantCulture, $"{index + 1}-{server.Name}") }
            ),
        ];
}
