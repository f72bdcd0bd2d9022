namespace Relay.Core.Configuration.Validation;

/// <summary>TLS towards clients: where it is offered there is a certificate, and where it is required it is offered.</summary>
internal static class TlsValidation
{
    private const int DigitsOfSha256 = 64;

    public static void Check(RelayOptions options, KeyScope relay)
    {
        var tls = relay.At(nameof(options.Tls));
        var second = TimeSpan.FromSeconds(1);
        tls.At(nameof(TlsOptions.HandshakeTimeout)).Between(options.Tls.HandshakeTimeout, second, TimeSpan.FromMinutes(5));
        tls.At(nameof(TlsOptions.ExpiryWarning)).Between(options.Tls.ExpiryWarning, TimeSpan.Zero, TimeSpan.FromDays(365));
        CheckListeners(options, relay);
        for (var index = 0; index < options.Tls.Certificates.Count; index++)
        {
            CheckCertificate(options.Tls.Certificates[index], tls.At(nameof(TlsOptions.Certificates)).At(index));
        }

        CheckClients(options, relay.At(nameof(options.Access)).At(nameof(AccessOptions.ClientCertificates)));
    }

    private static void CheckListeners(RelayOptions options, KeyScope relay)
    {
        foreach (var (name, listener) in options.Listeners)
        {
            var scope = relay.At(nameof(options.Listeners)).At(name);
            var isOff = listener.Tls == ListenerTls.None;
            scope
                .At(nameof(listener.Tls))
                .ReportIf(!isOff && options.Tls.Certificates.Count == 0, $"{listener.Tls} needs a certificate in Relay:Tls:Certificates");
            scope
                .At(nameof(listener.RequireTls))
                .ReportIf(listener.RequireTls && isOff, "nobody could meet it; set Tls to StartTls or Implicit");
        }
    }

    private static void CheckCertificate(CertificateOptions certificate, KeyScope scope)
    {
        scope.At(nameof(certificate.Path)).ReportIf(certificate.Path.Length == 0, "is missing");
        scope
            .At(nameof(certificate.PasswordFile))
            .ReportIf(
                !string.IsNullOrEmpty(certificate.Password) && !string.IsNullOrEmpty(certificate.PasswordFile),
                "stands beside Password; leave one of the two out"
            );
    }

    private static void CheckClients(RelayOptions options, KeyScope scope)
    {
        var clients = options.Access.ClientCertificates;
        var hasTls = options.Listeners.Values.Any(static listener => listener.Tls != ListenerTls.None);
        scope.ReportIf(clients.Count > 0 && !hasTls, "nobody could show one: no listener has Tls");
        for (var index = 0; index < clients.Count; index++)
        {
            CheckClient(clients[index], scope.At(index));
        }
    }

    private static void CheckClient(ClientCertificateOptions client, KeyScope scope)
    {
        var hasFingerprint = !string.IsNullOrEmpty(client.Fingerprint);
        var hasIssuer = !string.IsNullOrEmpty(client.IssuerPath);
        scope.ReportIf(hasFingerprint == hasIssuer, "needs a Fingerprint or an IssuerPath, and not both");
        var digits = client.Fingerprint?.Replace(":", "", StringComparison.Ordinal) ?? "";
        scope
            .At(nameof(client.Fingerprint))
            .ReportIf(
                hasFingerprint && (digits.Length != DigitsOfSha256 || !digits.All(char.IsAsciiHexDigit)),
                $"\"{client.Fingerprint}\" is not the SHA-256 of a certificate in {DigitsOfSha256} hexadecimal digits"
            );
    }
}
