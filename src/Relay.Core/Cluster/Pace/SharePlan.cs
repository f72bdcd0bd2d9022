namespace Relay.Core.Cluster.Pace;

/// <summary>What a node does about its part of a window.</summary>
/// <param name="Limit">Of the whole window: the smallest that a node is configured with.</param>
/// <param name="Target">What would be its part.</param>
/// <param name="Give">To be given back: now what is not in use, and the rest as it gets free.</param>
/// <param name="Take">To be taken now, if it is still there.</param>
/// <param name="Free">Part of no allowance; negative after the limit was lowered.</param>
/// <param name="IsAwaited">Others wait for what is given back.</param>
internal sealed record SharePlan(long Limit, long Target, long Give, long Take, long Free, bool IsAwaited);
