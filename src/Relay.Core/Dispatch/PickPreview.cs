using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>What a pick would come to now, with nothing reserved and no strategy's memory touched.</summary>
/// <param name="Tier">The tier that would be used; null when nobody in service can take the message.</param>
/// <param name="Candidates">Those with room; when there are none, the message would wait.</param>
/// <param name="Choice">Who would be picked, where that can be told beforehand.</param>
internal sealed record PickPreview(int? Tier, IReadOnlyList<UpstreamServer> Candidates, UpstreamServer? Choice);
