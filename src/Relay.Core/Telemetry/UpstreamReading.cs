namespace Relay.Core.Telemetry;

/// <summary>One configured upstream as it is at a scrape, with all servers that a lookup has found for it.</summary>
internal sealed record UpstreamReading
{
    public required string Group { get; init; }

    public required string Name { get; init; }

    /// <summary>How many servers are in each of the states that there are: one in all, or what a lookup has found.</summary>
    public required IReadOnlyDictionary<string, int> States { get; init; }

    /// <summary>Weight that counts now, of all its servers; 0 while its agent keeps it back.</summary>
    public required double Weight { get; init; }

    /// <summary>Whether its last lookup failed, or left something out; null where nothing is looked up.</summary>
    public bool? HasLookupTrouble { get; init; }

    /// <summary>Messages a second that its servers which asked for less are thought to take together; null while none has.</summary>
    public required double? Pace { get; init; }

    /// <summary>Replies by which its servers asked for less.</summary>
    public required long Throttled { get; init; }

    public required int InFlight { get; init; }

    /// <summary>Open connections, idle ones included.</summary>
    public required int Connections { get; init; }

    public required int Idle { get; init; }

    /// <summary>Connections that its servers may have together.</summary>
    public int ConnectionLimit { get; init; }

    /// <summary>Messages that wait for room anywhere in its group.</summary>
    public int GroupWaiting { get; init; }

    /// <summary>Its rates, which all its servers share.</summary>
    public required IReadOnlyList<RateReading> Rates { get; init; }

    public required long Delivered { get; init; }

    public required long Deferred { get; init; }

    public required long Rejected { get; init; }

    public required long Failed { get; init; }

    public required long Uncertain { get; init; }
}
