using Relay.Core.Configuration;
using Relay.Core.Configuration.Presets;

namespace Relay.Cli.Setup;

/// <summary>Knows a provider by the name of its servers.</summary>
internal static class PresetRecognition
{
    private const string SesBegin = "email-smtp.";
    private const string SesEnd = ".amazonaws.com";
    private const string MailgunInEurope = "smtp.eu.mailgun.org";

    /// <summary><see cref="UpstreamPreset.None"/> for servers of one's own.</summary>
    public static UpstreamPreset Of(EndpointAddress address)
    {
        if (address.UnixPath is not null)
        {
            return UpstreamPreset.None;
        }

        var host = address.Host.TrimEnd('.');
        if (Begins(host, SesBegin) && host.EndsWith(SesEnd, StringComparison.OrdinalIgnoreCase))
        {
            return UpstreamPreset.AmazonSes;
        }

        return Is(host, MailgunInEurope)
            ? UpstreamPreset.Mailgun
            : Enum.GetValues<UpstreamPreset>()
                .FirstOrDefault(preset => ProviderPresets.Find(preset) is { } known && Is(host, HostOf(known.Address)));
    }

    private static string HostOf(string address) => address[..address.IndexOf(':', StringComparison.Ordinal)];

    private static bool Begins(string host, string begin) => host.StartsWith(begin, StringComparison.OrdinalIgnoreCase);

    private static bool Is(string host, string other) => string.Equals(host, other, StringComparison.OrdinalIgnoreCase);
}
