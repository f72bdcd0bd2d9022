using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Capture;

namespace Relay.Admin.Captured;

/// <summary><c>GET /api/v1/captured/{id}</c>: one captured mail with its header fields, its text and what is attached to it. From then on it counts as read.</summary>
internal static class ShowCaptured
{
    /// <summary>Characters of text that are shown; the whole is in the message.</summary>
    private const int MostText = 1024 * 1024;

    public static async Task<Results<Ok<Details>, ProblemHttpResult>> HandleAsync(
        string id,
        CaptureMailboxes mailboxes,
        CapturedReader reader,
        CancellationToken cancellationToken
    )
    {
        if (!mailboxes.TryOpen(id, out var lease))
        {
            return CapturedMail.NotFound(id);
        }

        using (lease)
        {
            mailboxes.MarkRead(lease.Message);
            var content = await reader.ReadAsync(lease.Body, cancellationToken);
            var text = content.Text ?? "";
            return TypedResults.Ok(
                new Details(
                    CapturedItem.Of(lease.Message),
                    [.. content.Headers.Select(static field => new HeaderField(field.Key, field.Value))],
                    content.Text is null ? null : text[..Math.Min(text.Length, MostText)],
                    text.Length > MostText,
                    content.Html is not null,
                    [.. content.Attachments.Select(Attachment.Of)]
                )
            );
        }
    }

    /// <param name="Message">As lists show it.</param>
    /// <param name="Headers">In order.</param>
    /// <param name="Text">Plain text; null when it has none.</param>
    /// <param name="IsTextCut">There is more of it.</param>
    /// <param name="HasHtml">Whether <c>…/html</c> has something to show.</param>
    /// <param name="Attachments">What else is in it.</param>
    internal sealed record Details(
        CapturedItem Message,
        IReadOnlyList<HeaderField> Headers,
        string? Text,
        bool IsTextCut,
        bool HasHtml,
        IReadOnlyList<Attachment> Attachments
    );

    /// <param name="Name">As written.</param>
    /// <param name="Value">Unfolded and decoded.</param>
    internal sealed record HeaderField(string Name, string Value);

    /// <param name="Number">By which it is asked for, from 0.</param>
    /// <param name="Name">As the sender calls it.</param>
    /// <param name="ContentType">As the sender calls it.</param>
    /// <param name="Size">Bytes, decoded.</param>
    /// <param name="ContentId">By which the HTML may show it.</param>
    /// <param name="IsInline">Meant to be shown within the text.</param>
    internal sealed record Attachment(int Number, string Name, string ContentType, int Size, string? ContentId, bool IsInline)
    {
        public static Attachment Of(CapturedAttachment part, int number) =>
            new(number, part.Name, part.ContentType, part.Content.Length, part.ContentId, part.IsInline);
    }
}
