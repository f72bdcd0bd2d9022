namespace Relay.Core.Telemetry;

/// <summary>What has passed since the start.</summary>
/// <param name="Accepted">Messages answered 2xx.</param>
/// <param name="Deferred">Messages answered 4xx.</param>
/// <param name="Rejected">Messages answered 5xx.</param>
/// <param name="Bytes">Of those that were accepted.</param>
/// <param name="Latencies">Answers by the bucket of <see cref="LatencyScale"/> that their time fell into.</param>
internal sealed record TrafficReading(long Accepted, long Deferred, long Rejected, long Bytes, IReadOnlyList<long> Latencies);
