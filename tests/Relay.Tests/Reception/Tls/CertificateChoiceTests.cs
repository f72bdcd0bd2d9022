using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Relay.Core.Configuration;
using Relay.Core.Reception.Tls;
using Relay.TestKit;

namespace Relay.Tests.Reception.Tls;

internal sealed class CertificateChoiceTests : TlsFixture
{
    [TestCase("one.example.com", "one.example.com")]
    [TestCase("TWO.example.com", "two.example.com")]
    [TestCase("any.example.net", "*.example.net")]
    [TestCase("deep.any.example.net", "one.example.com")]
    [TestCase("unknown.example.org", "one.example.com")]
    [TestCase("", "one.example.com")]
    public async Task The_name_that_a_client_asks_for_decides(string asked, string shown)
    {
        UseTls(certificates: [Certificate("one.example.com"), Certificate("two.example.com"), Certificate("*.example.net")]);

        Assert.That(NameOf(await ShownAsync(asked)), Is.EqualTo(shown));
    }

    [Test]
    public async Task Of_two_certificates_for_one_name_ECDSA_is_shown_to_whoever_can()
    {
        UseTls(certificates: [Certificate("one.example.com", isRsa: true), Certificate("one.example.com")]);

        Assert.That((await ShownAsync("one.example.com")).GetKeyAlgorithm(), Is.EqualTo("1.2.840.10045.2.1"));
        Assert.That((await ShownAsync("")).GetKeyAlgorithm(), Is.EqualTo("1.2.840.10045.2.1"), "without a name too");
    }

    [Test]
    public void A_client_that_knows_no_ECDSA_is_shown_RSA()
    {
        var set = UseTls(certificates: [Certificate("one.example.com"), Certificate("one.example.com", isRsa: true)]).Current.Certificates;

        var old = set.Choose(new ClientHello("one.example.com", TakesEcdsa: false))!;
        var young = set.Choose(new ClientHello("one.example.com", TakesEcdsa: true))!;

        Assert.That(old.TargetCertificate.GetKeyAlgorithm(), Is.EqualTo("1.2.840.113549.1.1.1"));
        Assert.That(young.TargetCertificate.GetKeyAlgorithm(), Is.EqualTo("1.2.840.10045.2.1"));
    }

    [Test]
    public async Task The_certificates_of_the_issuers_are_sent_along()
    {
        using var root = TestCertificate.Create(["root"], isAuthority: true);
        using var middle = TestCertificate.Create(["middle"], issuer: root, isAuthority: true);
        using var leaf = TestCertificate.Create(["localhost"], issuer: middle);
        var file = Folder.Write("chain.pem", TestCertificate.Pem(leaf) + middle.ExportCertificatePem());
        UseTls(certificates: [new CertificateOptions { Path = file }]);
        var client = await ConnectAsync();
        await client.SayAllAsync("STARTTLS");
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(root);

        await client.SecureAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy });

        await client.SayAllAsync("EHLO me");
    }

    [Test]
    public async Task TLS_below_1_2_is_refused()
    {
        UseTls();
        var client = await ConnectAsync();
        await client.SayAllAsync("STARTTLS");
#pragma warning disable CA5397, SYSLIB0039 // What is refused has to be asked for.
        var old = TrustingClient.Options(protocols: SslProtocols.Tls | SslProtocols.Tls11);
#pragma warning restore CA5397, SYSLIB0039

        Assert.That(async () => await client.SecureAsync(old), Throws.InstanceOf<AuthenticationException>().Or.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_client_without_a_certificate_is_served_where_some_are_known()
    {
        using var known = TestCertificate.Create(["client"]);
        UseTls(clients: [new ClientCertificateOptions { Fingerprint = TestCertificate.Pin(known) }]);

        Assert.That(await RecipientReplyAsync(null), Does.StartWith("550 5.7.1 "));
    }

    [Test]
    public async Task A_client_whose_certificate_is_known_may_relay()
    {
        using var known = TestCertificate.Create(["client"]);
        using var other = TestCertificate.Create(["client"]);
        UseTls(clients: [new ClientCertificateOptions { Fingerprint = TestCertificate.Pin(known).ToLowerInvariant() }]);

        Assert.That(await RecipientReplyAsync(known), Does.StartWith("250 "));
        Assert.That(await RecipientReplyAsync(other), Does.StartWith("550 5.7.1 "), "the same name is not the same certificate");
    }

    [Test]
    public async Task A_client_whose_certificate_an_authority_issued_may_relay()
    {
        using var authority = TestCertificate.Create(["authority"], isAuthority: true);
        using var impostor = TestCertificate.Create(["authority"], isAuthority: true);
        using var known = TestCertificate.Create(["client"], issuer: authority);
        using var forged = TestCertificate.Create(["client"], issuer: impostor);
        using var expired = TestCertificate.Create(["client"], issuer: authority, validFor: TimeSpan.FromMinutes(-1));
        var file = Folder.Write("authority.pem", authority.ExportCertificatePem());
        UseTls(clients: [new ClientCertificateOptions { IssuerPath = file }]);
        Time.SetUtcNow(TimeProvider.System.GetUtcNow());

        Assert.That(await RecipientReplyAsync(known), Does.StartWith("250 "));
        Assert.That(await RecipientReplyAsync(forged), Does.StartWith("550 5.7.1 "), "an authority of the same name is another");
        Assert.That(await RecipientReplyAsync(expired), Does.StartWith("550 5.7.1 "), "its time is over");
    }

    /// <summary>What RCPT is answered to a client of a foreign network.</summary>
    private async Task<string> RecipientReplyAsync(X509Certificate2? certificate)
    {
        var client = await ConnectAsync("192.0.2.1");
        await client.SayAllAsync("STARTTLS");
        await client.SecureAsync(TrustingClient.Options(certificate: certificate));
        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>");
        return await client.SayAsync("RCPT TO:<b@example.com>");
    }

    private async Task<X509Certificate> ShownAsync(string name)
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("STARTTLS");
        var tls = await client.SecureAsync(TrustingClient.Options(name));
        return tls.RemoteCertificate!;
    }

    private static string NameOf(X509Certificate certificate) => certificate.Subject["CN=".Length..];
}
