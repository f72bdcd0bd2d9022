using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Configuration.Validation;

/// <summary>One case a rule: what breaks it, and the error with its key.</summary>
internal sealed class TlsValidationTests
{
    private static readonly CertificateOptions Certificate = new() { Path = "relay.pem" };
    private static readonly ListenerOptions StartTls = new() { Address = "127.0.0.1:587", Tls = ListenerTls.StartTls };

    [Test]
    public void A_listener_with_a_certificate_is_sound() =>
        Assert.That(Validate(StartTls with { RequireTls = true }, new TlsOptions { Certificates = [Certificate] }), Is.Empty);

    [TestCaseSource(nameof(Faults))]
    public void A_fault_is_reported_with_its_key(
        ListenerOptions listener,
        TlsOptions tls,
        ClientCertificateOptions? client,
        string expected
    )
    {
        var errors = Validate(listener, tls, client);

        Assert.That(errors, Has.Length.EqualTo(1));
        Assert.That(errors[0], Does.StartWith($"Relay:{expected}"));
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        var tls = new TlsOptions { Certificates = [Certificate] };
        var plain = StartTls with { Tls = ListenerTls.None };
        var pin = new string('A', 64);
        yield return Fault(StartTls, new TlsOptions(), null, "Listeners:smtp:Tls: StartTls needs a certificate");
        yield return Fault(plain with { RequireTls = true }, tls, null, "Listeners:smtp:RequireTls: nobody could meet it");
        yield return Fault(StartTls, new TlsOptions { Certificates = [new()] }, null, "Tls:Certificates:0:Path: is missing");
        yield return Fault(
            StartTls,
            new TlsOptions { Certificates = [Certificate with { Password = "p", PasswordFile = "f" }] },
            null,
            "Tls:Certificates:0:PasswordFile: stands beside Password"
        );
        yield return Fault(StartTls, tls with { HandshakeTimeout = TimeSpan.Zero }, null, "Tls:HandshakeTimeout: ");
        yield return Fault(StartTls, tls with { ExpiryWarning = TimeSpan.FromDays(-1) }, null, "Tls:ExpiryWarning: ");
        yield return Fault(StartTls, tls, new(), "Access:ClientCertificates:0: needs a Fingerprint or an IssuerPath");
        yield return Fault(StartTls, tls, new() { Fingerprint = pin, IssuerPath = "ca.pem" }, "Access:ClientCertificates:0: needs");
        yield return Fault(StartTls, tls, new() { Fingerprint = "AB:CD" }, "Access:ClientCertificates:0:Fingerprint: \"AB:CD\" is not");
        yield return Fault(plain, tls, new() { Fingerprint = pin }, "Access:ClientCertificates: nobody could show one");
    }

    private static TestCaseData Fault(ListenerOptions listener, TlsOptions tls, ClientCertificateOptions? client, string expected) =>
        new TestCaseData(listener, tls, client, expected).SetArgDisplayNames(expected);

    private static string[] Validate(ListenerOptions listener, TlsOptions tls, ClientCertificateOptions? client = null)
    {
        var options = new RelayOptions
        {
            HostName = "relay.example.com",
            Listeners = new Dictionary<string, ListenerOptions>(StringComparer.Ordinal) { ["smtp"] = listener },
            Tls = tls,
            Access = new AccessOptions { ClientCertificates = client is null ? [] : [client] },
            Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal)
            {
                ["default"] = new()
                {
                    Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.Ordinal)
                    {
                        ["a"] = new() { Address = "smtp.example.com:25" },
                    },
                },
            },
        };
        return [.. new RelayOptionsValidator(StrategyRegistry.Names).Validate(options).Select(error => error.ToString())];
    }
}
