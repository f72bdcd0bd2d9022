using System.Net;
using Relay.Admin;
using Relay.Admin.Nodes;

namespace Relay.Cli;

/// <summary>What several commands ask the running relay.</summary>
internal static class Readings
{
    /// <summary>Whether it takes mail; no is an answer too.</summary>
    public static Task<HealthStatus> ReadinessAsync(this AdminClient client, CancellationToken cancellationToken) =>
        client.SendAnywayAsync<HealthStatus>(HttpMethod.Get, "/health/ready", HttpStatusCode.ServiceUnavailable, cancellationToken);

    public static Task<NodesReading> NodesAsync(this AdminClient client, CancellationToken cancellationToken) =>
        client.GetAsync<NodesReading>("/api/v1/nodes", cancellationToken);

    public static Task<UpstreamItem[]> UpstreamsAsync(this AdminClient client, CancellationToken cancellationToken) =>
        client.GetAsync<UpstreamItem[]>("/api/v1/upstreams", cancellationToken);
}
