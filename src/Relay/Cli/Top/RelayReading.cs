using Relay.Admin;

namespace Relay.Cli.Top;

/// <summary>What the relay said of itself at one time.</summary>
/// <param name="At">By the clock of this machine.</param>
internal sealed record RelayReading(
    DateTimeOffset At,
    HealthStatus Readiness,
    IReadOnlyList<UpstreamItem> Upstreams,
    MetricsReading Metrics
)
{
    /// <exception cref="AdminFailure">It cannot be asked, or does not want to say.</exception>
    public static async Task<RelayReading> TakeAsync(AdminClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        var readiness = client.ReadinessAsync(cancellationToken);
        var upstreams = client.UpstreamsAsync(cancellationToken);
        var metrics = client.GetTextAsync("/metrics", cancellationToken);
        await Task.WhenAll(readiness, upstreams, metrics);
        return new RelayReading(time.GetUtcNow(), await readiness, await upstreams, MetricsReading.Parse(await metrics));
    }
}
