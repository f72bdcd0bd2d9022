namespace Relay.Core.Cluster.Pace;

/// <summary>What a node enters in the ledger about its part of a window.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Allowance">What it keeps, before it takes more.</param>
/// <param name="Take">It takes so much more, or what is there.</param>
/// <param name="Demand">What it asks for.</param>
/// <param name="IsShort">Messages wait.</param>
/// <param name="Limit">As it is configured; null: no limit.</param>
/// <param name="Spent">Used: in how long each is free again, and how many. No longer part of the allowance.</param>
internal sealed record WindowWrite(
    WindowKey Key,
    long Allowance,
    long Take,
    long Demand,
    bool IsShort,
    int? Limit,
    IReadOnlyList<(TimeSpan FreeIn, long Count)> Spent
);
