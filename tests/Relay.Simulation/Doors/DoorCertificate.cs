using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Configuration;
using Relay.Core.Reception.Tls;
using Relay.Simulation.Engine;
using Relay.TestKit;

namespace Relay.Simulation.Doors;

/// <summary>The one certificate of all worlds: to make one takes longer than to live through a schedule.</summary>
internal static class DoorCertificate
{
    private static readonly Lazy<ServerCertificates> Made = new(Make);

    public static ServerCertificates Source => Made.Value;

    private static ServerCertificates Make()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var certificate = TestCertificate.SelfSigned("relay.test");
            File.WriteAllText(path, TestCertificate.Pem(certificate));
            var options = new RelayOptions { Tls = new TlsOptions { Certificates = [new CertificateOptions { Path = path }] } };
            return new ServerCertificates(options, new VirtualTime(), NullLogger<ServerCertificates>.Instance);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
