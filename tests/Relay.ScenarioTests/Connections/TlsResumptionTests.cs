using System.Security.Cryptography.X509Certificates;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;
using Relay.TestKit.Sinks;
using TlsMode = Relay.Core.Configuration.UpstreamTls;

namespace Relay.ScenarioTests.Connections;

/// <summary>A second connection to an upstream resumes the TLS session of the first, and is trusted no more than the first for that.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class TlsResumptionTests(UpstreamClient client)
{
    private X509Certificate2 _certificate = null!;

    [SetUp]
    public void MakeCertificate() => _certificate = TestCertificate.SelfSigned();

    [TearDown]
    public void DropCertificate() => _certificate.Dispose();

    [Test]
    public async Task A_second_connection_resumes_the_session_of_the_first(
        [Values("TLSv1_2", "TLSv1_3")] string version,
        [Values] bool isImplicit
    )
    {
        await using var server = await PythonTlsServer.StartAsync(_certificate, version, isImplicit);
        await using var bench = Bench(server, TestCertificate.Pin(_certificate), isImplicit);

        await OpenAndCloseAsync(bench);
        await OpenAndCloseAsync(bench);

        var name = version.Replace('_', '.');
        await Until.TrueAsync(() => server.Handshakes.Count == 2, "the server has told of both");
        Assert.That(server.Handshakes, Is.EqualTo([$"{name} full", $"{name} resumed"]));
    }

    [TestCase("TLSv1_2")]
    [TestCase("TLSv1_3")]
    public async Task A_session_that_was_trusted_under_other_settings_is_not_trusted_for_that(string version)
    {
        using var other = TestCertificate.SelfSigned();
        await using var server = await PythonTlsServer.StartAsync(_certificate, version, isImplicit: true);
        await using var bench = Bench(server, "Any", isImplicit: true);
        await OpenAndCloseAsync(bench);
        string[] settings = ["Verify", TestCertificate.Pin(other)];

        foreach (var setting in settings)
        {
            bench.Options = bench.Options with { Certificate = setting };
            Assert.That((await bench.FailToOpenAsync()).Kind, Is.EqualTo(UpstreamFailureKind.CertificateNotTrusted));
        }
    }

    /// <summary>Under a name of its own: the system keeps sessions by name, and other tests talk to other servers meanwhile.</summary>
    private UpstreamBench Bench(PythonTlsServer server, string certificate, bool isImplicit) =>
        new(
            new UpstreamOptions
            {
                Address = $"server-{server.Port}.test:25",
                Client = client,
                Tls = isImplicit ? TlsMode.Implicit : TlsMode.StartTls,
                Certificate = certificate,
            },
            _ => new TcpConnector("127.0.0.1", server.Port),
            TimeProvider.System
        );

    private static async Task OpenAndCloseAsync(UpstreamBench bench)
    {
        var session = await bench.OpenAsync();
        await session.DisposeAsync();
    }
}
