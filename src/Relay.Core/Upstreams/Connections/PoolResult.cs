namespace Relay.Core.Upstreams.Connections;

/// <summary>A connection to use, or why there is none.</summary>
internal readonly record struct PoolResult(SmtpClientLease? Lease, UpstreamFailure? Failure);
