using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Configuration;
using Relay.Core.Reception.Extensions;
using Relay.Core.Reception.Tls;
using Relay.TestKit;

namespace Relay.Tests.Reception.Tls;

/// <summary>Sessions with TLS over pipes, with certificates in a folder of the test's own.</summary>
internal abstract class TlsFixture : ReceptionFixture
{
    protected TemporaryFolder Folder { get; private set; } = null!;

    [SetUp]
    public void CreateFolder() => Folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => Folder.Dispose();

    /// <summary>Has the listener use TLS; the certificate is for localhost unless the test has others.</summary>
    protected ServerCertificates UseTls(
        bool isImplicit = false,
        bool isRequired = false,
        CertificateOptions[]? certificates = null,
        ClientCertificateOptions[]? clients = null
    )
    {
        var options = new RelayOptions
        {
            Tls = new TlsOptions { Certificates = certificates ?? [Certificate("localhost")] },
            Access = new AccessOptions { ClientCertificates = clients ?? [] },
        };
        var source = new ServerCertificates(options, TimeProvider.System, NullLogger<ServerCertificates>.Instance);
        Settings = Settings with
        {
            Tls = new TlsSettings(isImplicit, isRequired, TimeSpan.FromSeconds(30), source),
            Extensions = StandardExtensions.Create(1_000_000, startTls: !isImplicit),
        };
        return source;
    }

    /// <summary>Writes a new certificate with its key into one file.</summary>
    protected CertificateOptions Certificate(string name, bool isRsa = false, string? file = null)
    {
        using var certificate = TestCertificate.Create([name], isRsa);
        return new CertificateOptions
        {
            Path = Folder.Write(file ?? $"{name.Replace('*', '_')}-{isRsa}.pem", TestCertificate.Pem(certificate)),
        };
    }

    /// <summary>Connects, says EHLO and STARTTLS, and does the handshake.</summary>
    protected async Task<TestClient> ConnectSecureAsync(string address = "127.0.0.1")
    {
        var client = await ConnectAsync(address);
        await client.SayAllAsync("STARTTLS");
        await client.SecureAsync();
        return client;
    }
}
