using Relay.Core.Capture;
using Relay.Core.Messages;

namespace Relay.Admin;

/// <summary><c>GET /api/v1/captured/{id}/message</c>: the exact bytes of a captured mail.</summary>
internal static class DownloadCaptured
{
    public static IResult Handle(string id, CaptureMailboxes mailboxes, HttpContext context)
    {
        if (!MessageId.TryParse(id, out var messageId) || !mailboxes.TryOpen(messageId, out var lease))
        {
            return Problems.NotFound($"No captured message has the id {id}.");
        }

        context.Response.RegisterForDispose(lease);
        context.Response.ContentLength = lease.Body.Length;
        return TypedResults.Stream(
            async response => await lease.Body.CopyToAsync(response, context.RequestAborted),
            "message/rfc822",
            $"{messageId}.eml"
        );
    }
}
