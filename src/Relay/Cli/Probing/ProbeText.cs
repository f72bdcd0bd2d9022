using System.Globalization;
using Relay.Core.Upstreams.Connections;

namespace Relay.Cli.Probing;

/// <summary>Prints what probes found for people.</summary>
internal sealed class ProbeText(TextWriter writer)
{
    public void Write(IReadOnlyList<ProbeReport> reports)
    {
        writer.WriteLine();
        writer.WriteLine(reports.Count == 0 ? "No upstream is reached over the network; there is nothing to probe." : "Probes");
        foreach (var report in reports)
        {
            writer.WriteLine($"  {report.Group + "/" + report.Name, -24} {report.Address, -32} {(report.Works ? "works" : "FAILS")}");
            WriteReport(report);
        }
    }

    /// <summary>What was found at one server, without its name.</summary>
    public void WriteReport(ProbeReport report)
    {
        if (report.Works)
        {
            WriteFindings(report);
        }
        else
        {
            Line("problem", report.Problem);
            Line("advice", report.Advice);
        }
    }

    private void WriteFindings(ProbeReport report)
    {
        Line("TLS", report.Tls ?? "none: mail goes in clear text");
        if (report.Certificate is { } certificate)
        {
            Line("certificate", Describe(certificate));
            Line("pin", $"\"Certificate\": \"{certificate.Pin}\"");
        }

        Line("extensions", report.Extensions.Count == 0 ? "none" : string.Join(' ', report.Extensions));
        Line("user", report.LoggedInAs is null ? "none configured, so AUTH was not tried" : $"logged in as {report.LoggedInAs}");
    }

    private void Line(string title, string? text)
    {
        if (text is not null)
        {
            writer.WriteLine($"    {title, -12} {text}");
        }
    }

    private static string Describe(PeerCertificate certificate) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{certificate.Subject}, by {certificate.Issuer}, until {certificate.ExpiresAt:yyyy-MM-dd}"
        );
}
