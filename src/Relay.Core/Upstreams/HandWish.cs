namespace Relay.Core.Upstreams;

/// <summary>What is set of a server by hand.</summary>
/// <param name="IsDrained">It gets no new mail.</param>
/// <param name="DrainedAt">Since when.</param>
/// <param name="DrainedOn">Name of the node where that was said; null for this one.</param>
/// <param name="Weight">For new messages; 0 for the configured one.</param>
/// <param name="Drains">How often an operator of this node has drained or resumed it: who tells other nodes sees by it whether there is something to tell.</param>
/// <param name="Weighings">The same of its weight.</param>
internal sealed record HandWish(bool IsDrained, DateTimeOffset DrainedAt, string? DrainedOn, int Weight, long Drains, long Weighings)
{
    public static readonly HandWish None = new(false, default, null, 0, 0, 0);
}
