using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Upstreams.Health;

/// <summary>What a <see cref="SmtpProbe"/> found: one of the two.</summary>
/// <param name="Capabilities">What the server offers, when it would take mail.</param>
/// <param name="Failure">Why it would not, with the stage and the reply.</param>
/// <param name="Peer">What else it showed, when it would.</param>
internal readonly record struct ProbeResult(UpstreamCapabilities? Capabilities, UpstreamFailure? Failure, PeerDescription? Peer = null);
