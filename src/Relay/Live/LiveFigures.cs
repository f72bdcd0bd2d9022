namespace Relay.Live;

/// <summary>Everything that an overview shows, as of one second.</summary>
/// <param name="Traffic">Rates.</param>
/// <param name="Queue">The spool.</param>
/// <param name="Upstreams">In the order of group, tier and name.</param>
internal sealed record LiveFigures(TrafficPoint Traffic, QueueFigures Queue, IReadOnlyList<UpstreamFigures> Upstreams);
