using Relay.Core.Reception.Tls;

namespace Relay.Reloading;

/// <summary>
/// Has the certificates read again when their files have changed, and warned of when they end soon. It looks at the content once a second, for the same
/// reasons as <see cref="ConfigurationWatcher"/>.
/// </summary>
internal sealed class CertificateWatcher(ServerCertificates certificates, TimeProvider time)
    : PeriodicService(TimeSpan.FromSeconds(1), time)
{
    private string? _last;

    protected override void Begin() => _last = certificates.Fingerprint();

    protected override bool Look()
    {
        var now = certificates.Fingerprint();
        // Twice the same: whoever wrote certificate and key has finished both.
        if (now == _last)
        {
            certificates.Refresh();
        }

        _last = now;
        certificates.WarnOfExpiry();
        return true;
    }
}
