namespace Relay.Live;

/// <summary>The words for what those who watch are told.</summary>
internal static class EventKind
{
    /// <summary>Once a second.</summary>
    public const string Figures = "figures";

    /// <summary>An upstream came into another state.</summary>
    public const string Upstream = "upstream";

    /// <summary>A message was answered, or the spool made a run.</summary>
    public const string Message = "message";

    /// <summary>A mailbox has changed.</summary>
    public const string Captured = "captured";

    /// <summary>An operator did something.</summary>
    public const string Audit = "audit";

    public static IReadOnlyList<string> All { get; } = [Figures, Upstream, Message, Captured, Audit];
}
