namespace Relay.TestKit.Telemetry;

/// <summary>One span as a collector gets it. Ids are hexadecimal; that of a parent is empty where there is none.</summary>
public sealed record OtlpSpan(string TraceId, string Id, string ParentId, string Name, bool IsError)
{
    /// <summary>Numbers and truth values as text.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>Ids of the spans that it links to.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    /// <summary>In nanoseconds since 1970.</summary>
    public required (ulong Start, ulong End) Time { get; init; }
}
