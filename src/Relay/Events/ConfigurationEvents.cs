using Relay.Core.Configuration;
using Relay.Core.Reception.Tls;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams;

namespace Relay.Events;

/// <summary>A changed configuration that was refused, and certificates that end.</summary>
internal sealed class ConfigurationEvents(
    RelayMetrics metrics,
    ServerCertificates certificates,
    TopologyManager topology,
    TimeProvider time
) : IEventSource
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private bool _isRefused;
    private DateTimeOffset _toldOfCertificates;

    public IEnumerable<RelayEvent> Look()
    {
        var (wasRefused, now) = (_isRefused, time.GetUtcNow());
        _isRefused = metrics.IsReloadRefused;
        if (_isRefused && !wasRefused)
        {
            yield return Of(EventKind.ConfigurationRefused, "A changed configuration was not taken over; the log says why");
        }

        var warning = topology.Current.Options.Tls.ExpiryWarning;
        if (warning == TimeSpan.Zero || now - _toldOfCertificates < Day)
        {
            yield break;
        }

        foreach (var certificate in certificates.Current.Certificates.All.Where(certificate => certificate.Expires - now < warning))
        {
            _toldOfCertificates = now;
            yield return Of(EventKind.CertificateExpires, $"The certificate in {certificate.Path} ends at {certificate.Expires:u}");
        }
    }

    private RelayEvent Of(EventKind kind, string text) =>
        new()
        {
            Kind = kind,
            At = time.GetUtcNow(),
            Text = text,
        };
}
