namespace Relay.Core.Telemetry;

/// <summary>One upstream as it is at a scrape.</summary>
internal sealed record UpstreamReading
{
    public required string Group { get; init; }

    public required string Name { get; init; }

    public required string State { get; init; }

    /// <summary>All states that there are.</summary>
    public required IReadOnlyList<string> States { get; init; }

    public required int InFlight { get; init; }

    /// <summary>Open connections, idle ones included.</summary>
    public required int Connections { get; init; }

    public required int Idle { get; init; }

    public required long Delivered { get; init; }

    public required long Deferred { get; init; }

    public required long Rejected { get; init; }

    public required long Failed { get; init; }

    public required long Uncertain { get; init; }
}
