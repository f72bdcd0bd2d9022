using System.Net.Mime;
using Relay.Core.Capture;

namespace Relay.Admin.Captured;

/// <summary><c>GET /api/v1/captured/{id}/attachments/{number}</c>: one part of a captured mail, to be saved. A browser never shows it within this site.</summary>
internal static class DownloadAttachment
{
    public static async Task<IResult> HandleAsync(
        string id,
        int number,
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
            var content = await reader.ReadAsync(lease.Body, cancellationToken);
            if (number < 0 || number >= content.Attachments.Count)
            {
                return Problems.NotFound($"The captured message {id} has {content.Attachments.Count} attachments, counted from 0.");
            }

            var part = content.Attachments[number];
            return TypedResults.Bytes(part.Content, MediaTypeNames.Application.Octet, part.Name);
        }
    }
}
