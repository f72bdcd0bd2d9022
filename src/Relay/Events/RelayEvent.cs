using Relay.Core.Configuration;

namespace Relay.Events;

/// <summary>Something that an operator wants to hear of.</summary>
internal sealed record RelayEvent
{
    public required EventKind Kind { get; init; }

    /// <summary>When it was seen; of several, the last time.</summary>
    public required DateTimeOffset At { get; init; }

    public string? Group { get; init; }

    public string? Upstream { get; init; }

    /// <summary>One sentence for people. It names no sender and no recipient.</summary>
    public required string Text { get; init; }

    /// <summary>How often it has happened.</summary>
    public long Count { get; init; } = 1;

    /// <summary>What is alike in events that may be told as one.</summary>
    public (EventKind Kind, string? Group, string? Upstream) Key => (Kind, Group, Upstream);
}
