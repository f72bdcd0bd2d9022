using Relay.Core.Capture;

namespace Relay.Admin.Captured;

/// <summary>A captured mail as lists show it.</summary>
internal sealed record CapturedItem(
    string Id,
    string Group,
    string Upstream,
    string From,
    IReadOnlyList<string> To,
    string? Subject,
    long Size,
    DateTimeOffset ReceivedAt,
    bool IsRead
)
{
    public static CapturedItem Of(CapturedMessage message) =>
        new(
            message.Id.ToString(),
            message.Group,
            message.Upstream,
            message.Envelope.Sender.Text,
            [.. message.Envelope.Recipients.Select(recipient => recipient.Path.Text)],
            message.Subject,
            message.Size,
            message.ReceivedAt,
            message.IsRead
        );
}
