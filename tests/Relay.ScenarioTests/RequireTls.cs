using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>REQUIRETLS (RFC 8689) from a client to a server, over real sockets.</summary>
internal sealed class RequireTls : Scenario
{
    [TestCase("Native")]
    [TestCase("MailKit")]
    public async Task It_is_offered_once_a_server_behind_is_known_to_keep_it(string client)
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var upstream = Use(
            await ScriptedUpstream.StartAsync(
                new ScriptedUpstreamOptions { Certificate = certificate, Extensions = ["PIPELINING", "REQUIRETLS"] }
            )
        );
        var folder = Keep(new CertificateFolder());
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Set("Listeners:smtp:Tls", "StartTls")
                .Set("Tls:Certificates", new[] { new { Path = folder.Write(certificate) } })
                .Upstream("a", upstream.Address, new { Certificate = TestCertificate.Pin(certificate), Client = client })
        );

        await using (var first = await SecureSmtpClient.OpenAsync(relay.Port))
        {
            Assert.That(first.Extensions, Has.None.EqualTo("REQUIRETLS"), "nobody knows yet");
            Assert.That(await first.SendMailAsync("Subject: one\r\n\r\n1\r\n"), Does.StartWith("250 "));
        }

        await using var second = await SecureSmtpClient.OpenAsync(relay.Port);
        Assert.That(second.Extensions, Has.One.EqualTo("REQUIRETLS"));
        Assert.That(await second.SendMailAsync("Subject: two\r\n\r\n2\r\n", " REQUIRETLS"), Does.StartWith("250 "));

        Assert.That(
            upstream.Accepted.Select(static mail => mail.From),
            Is.EqualTo(["MAIL FROM:<a@example.com>", "MAIL FROM:<a@example.com> REQUIRETLS"])
        );
    }

    private sealed class CertificateFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-requiretls-");

        public string Write(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
        {
            var file = Path.Combine(_folder.FullName, "relay.pfx");
            File.WriteAllBytes(file, certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pfx));
            return file;
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
