namespace Relay.Core.Capture;

/// <summary>A captured mail as a person reads it.</summary>
/// <param name="Headers">Name and decoded value of each field, in order.</param>
/// <param name="Text">Its plain text; null when it has none.</param>
/// <param name="Html">Its HTML as it came, not fit to be shown without care; null when it has none.</param>
/// <param name="Attachments">What else is in it, in order; the place is the number by which one is asked for.</param>
internal sealed record CapturedContent(
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? Text,
    string? Html,
    IReadOnlyList<CapturedAttachment> Attachments
);

/// <summary>One part of a captured mail that is not its text.</summary>
/// <param name="Name">As the sender calls it, without any folder; never empty.</param>
/// <param name="ContentType">As the sender calls it.</param>
/// <param name="ContentId">By which the HTML may show it; null when it has none.</param>
/// <param name="IsInline">It is meant to be shown within the text.</param>
/// <param name="Content">Decoded.</param>
internal sealed record CapturedAttachment(string Name, string ContentType, string? ContentId, bool IsInline, byte[] Content);
