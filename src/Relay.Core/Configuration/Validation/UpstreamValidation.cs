namespace Relay.Core.Configuration.Validation;

/// <summary>One upstream: reachable, with sensible bounds, and no password in clear text.</summary>
internal static class UpstreamValidation
{
    private static readonly string[] Mechanisms =
    [
        "PLAIN",
        "LOGIN",
        "CRAM-MD5",
        "SCRAM-SHA-1",
        "SCRAM-SHA-256",
        "SCRAM-SHA-512",
        "XOAUTH2",
        "OAUTHBEARER",
    ];

    public static void Check(UpstreamOptions upstream, KeyScope scope)
    {
        CheckAddress(upstream, scope.At(nameof(upstream.Address)));
        CheckNumbers(upstream, scope);
        CheckTimes(upstream, scope);
        RateValidation.Check(upstream, scope);
        CheckCertificate(upstream.Certificate, scope.At(nameof(upstream.Certificate)));
        CheckCredentials(upstream, scope);
        CheckIdentity(upstream, scope.At(nameof(upstream.ClientIdentity)));
        ThrottleValidation.Check(upstream.ThrottlePatterns, scope.At(nameof(upstream.ThrottlePatterns)));
        FaultValidation.Check(upstream, scope);
        CheckSenders(upstream.SenderPatterns, scope.At(nameof(upstream.SenderPatterns)));
    }

    private static void CheckAddress(UpstreamOptions upstream, KeyScope scope)
    {
        if (upstream.Kind == UpstreamKind.Capture)
        {
            scope.ReportIf(upstream.Address.Length > 0, "a Capture upstream is an embedded mailbox and has no address");
            return;
        }

        if (upstream.Address.Length == 0)
        {
            scope.Report("is missing");
            return;
        }

        var isAddress = EndpointAddress.TryParse(upstream.Address, defaultPort: 25, out var address);
        scope.ReportIf(
            !isAddress,
            $"\"{upstream.Address}\" is not an address: write smtp.example.com:25, 192.0.2.1:25, [2001:db8::1]:25 or unix:/path"
        );
        scope.ReportIf(address is { UnixPath: null, Port: 0 }, "0 is not a port to connect to");
        scope.ReportIf(address is { Host: "*" }, "* is no address to connect to");
    }

    private static void CheckIdentity(UpstreamOptions upstream, KeyScope scope)
    {
        var isTold = upstream.ClientIdentity != ClientIdentity.None;
        scope.ReportIf(
            isTold && upstream.Kind == UpstreamKind.Capture,
            "is of no use with a Capture upstream, which keeps the client's address anyway"
        );
        scope.ReportIf(
            upstream is { ClientIdentity: ClientIdentity.XClient, Client: UpstreamClient.MailKit },
            "XClient is spoken by Client: \"Native\" only; with MailKit use ProxyV1 or ProxyV2"
        );
    }

    private static void CheckSenders(IReadOnlyList<string> patterns, KeyScope scope)
    {
        for (var index = 0; index < patterns.Count; index++)
        {
            PatternSyntax.Check(patterns[index], scope.At(index));
        }
    }

    private static void CheckNumbers(UpstreamOptions upstream, KeyScope scope)
    {
        scope.At(nameof(upstream.Weight)).Between(upstream.Weight, 1, 1000);
        scope.At(nameof(upstream.Connections)).Between(upstream.Connections, 1, 10_000);
        scope.At(nameof(upstream.MessagesPerConnection)).Between(upstream.MessagesPerConnection, 1, 1_000_000);
        scope.At(nameof(upstream.CaptureLimit)).Between(upstream.CaptureLimit, 1, 100_000);
        if (upstream.RecipientsPerMessage is { } recipients)
        {
            scope.At(nameof(upstream.RecipientsPerMessage)).Between(recipients, 1, 100_000);
        }

        if (upstream.Priority is { } priority)
        {
            scope.At(nameof(upstream.Priority)).Between(priority, 0, 99);
            scope.At(nameof(upstream.Backup)).ReportIf(upstream.Backup, "is short for Priority: 1; leave one of the two out");
        }
    }

    private static void CheckTimes(UpstreamOptions upstream, KeyScope scope)
    {
        var (second, hour, day) = (TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        scope.At(nameof(upstream.ConnectionLifetime)).Between(upstream.ConnectionLifetime, second, day);
        scope.At(nameof(upstream.ConnectionIdle)).Between(upstream.ConnectionIdle, second, day);
        scope.At(nameof(upstream.ConnectTimeout)).Between(upstream.ConnectTimeout, second, hour);
        scope.At(nameof(upstream.CommandTimeout)).Between(upstream.CommandTimeout, second, hour);
        scope.At(nameof(upstream.DotTimeout)).Between(upstream.DotTimeout, second, hour);
    }

    private static void CheckCertificate(string certificate, KeyScope scope)
    {
        const int DigitsOfSha256 = 64;
        var digits = certificate.Replace(":", "", StringComparison.Ordinal);
        var isPin = digits.Length == DigitsOfSha256 && digits.All(char.IsAsciiHexDigit);
        var isWord =
            certificate.Equals("Verify", StringComparison.OrdinalIgnoreCase)
            || certificate.Equals("Any", StringComparison.OrdinalIgnoreCase);
        scope.ReportIf(
            !isPin && !isWord,
            $"\"{certificate}\" is not Verify, Any or the SHA-256 of a certificate in {DigitsOfSha256} hexadecimal digits"
        );
    }

    private static void CheckCredentials(UpstreamOptions upstream, KeyScope scope)
    {
        var hasUser = !string.IsNullOrEmpty(upstream.UserName);
        var hasPassword = !string.IsNullOrEmpty(upstream.Password);
        var hasFile = !string.IsNullOrEmpty(upstream.PasswordFile);
        scope.At(nameof(upstream.UserName)).ReportIf(upstream.UserName is "", "is empty");
        OAuth2Validation.Check(upstream, scope);
        scope.At(nameof(upstream.PasswordFile)).ReportIf(hasPassword && hasFile, "stands beside Password; leave one of the two out");
        scope
            .At(nameof(upstream.UserName))
            .ReportIf(upstream.UserName is null && upstream.OAuth2 is null && (hasPassword || hasFile), "is missing beside the password");
        scope
            .At(nameof(upstream.Password))
            .ReportIf(hasUser && !hasPassword && !hasFile && upstream.OAuth2 is null, "is missing beside UserName");
        scope.At(nameof(upstream.AuthMechanism)).ReportIf(upstream.AuthMechanism is not null && !hasUser, "is of no use without UserName");
        scope
            .At(nameof(upstream.AuthMechanism))
            .ReportIf(
                upstream.AuthMechanism is { } mechanism && !Mechanisms.Contains(mechanism, StringComparer.OrdinalIgnoreCase),
                $"\"{upstream.AuthMechanism}\" is not one of {string.Join(", ", Mechanisms)}"
            );
        scope
            .At(nameof(upstream.Tls))
            .ReportIf(
                upstream.Tls == UpstreamTls.None && (hasUser || hasPassword || hasFile),
                "None would send the password in clear text; use StartTls or Implicit"
            );
    }
}
