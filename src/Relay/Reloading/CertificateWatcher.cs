using Relay.Core.Reception.Tls;

namespace Relay.Reloading;

/// <summary>
/// Has the certificates read again when their files have changed, and warned of when they end soon. It looks at the content once a second, for the same
/// reasons as <see cref="ConfigurationWatcher"/>.
/// </summary>
internal sealed class CertificateWatcher(ServerCertificates certificates, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WatchAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The process ends: nothing to tell.
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        var last = certificates.Fingerprint();
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = certificates.Fingerprint();
            // Twice the same: whoever wrote certificate and key has finished both.
            if (now == last)
            {
                certificates.Refresh();
            }

            last = now;
            certificates.WarnOfExpiry();
        }
    }
}
