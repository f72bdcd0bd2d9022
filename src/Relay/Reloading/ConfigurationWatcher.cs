using System.Security.Cryptography;

namespace Relay.Reloading;

/// <summary>
/// Reloads when the configuration file has changed. It looks at the content once a second: notifications of the file system miss files that are
/// replaced behind a link (Kubernetes), on network disks and in containers, and an editor's half-written file is not worth an error.
/// </summary>
internal sealed class ConfigurationWatcher(ConfigurationSource source, ConfigurationReloader reloader, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (source.File is not { } file)
        {
            return;
        }

        try
        {
            await WatchAsync(file, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The process ends, or has not come to its start: nothing to tell.
        }
    }

    private async Task WatchAsync(string file, CancellationToken stoppingToken)
    {
        var known = Fingerprint(file);
        var last = known;
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Fingerprint(file);
            // Twice the same: whoever wrote it has finished.
            if (now is not null && now != known && now == last)
            {
                known = now;
                reloader.Reload("the file changed");
            }

            last = now;
        }
    }

    /// <summary>Null while the file cannot be read: it may just be being replaced.</summary>
    private static string? Fingerprint(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
