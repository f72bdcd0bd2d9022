using Relay.Core.Capture;

namespace Relay.Admin.Captured;

/// <summary><c>GET /api/v1/captured/{id}/message</c>: the exact bytes of a captured mail.</summary>
internal static class DownloadCaptured
{
    public static IResult Handle(string id, CaptureMailboxes mailboxes, HttpContext context) =>
        Send(id, mailboxes, context, "message/rfc822", isFile: true);

    /// <summary><c>GET /api/v1/captured/{id}/source</c>: the same to be read in a browser.</summary>
    public static IResult HandleSource(string id, CaptureMailboxes mailboxes, HttpContext context) =>
        Send(id, mailboxes, context, "text/plain; charset=utf-8", isFile: false);

    private static IResult Send(string id, CaptureMailboxes mailboxes, HttpContext context, string type, bool isFile)
    {
        if (!mailboxes.TryOpen(id, out var lease))
        {
            return CapturedMail.NotFound(id);
        }

        context.Response.RegisterForDispose(lease);
        context.Response.ContentLength = lease.Body.Length;
        return TypedResults.Stream(
            async response => await lease.Body.CopyToAsync(response, context.RequestAborted),
            type,
            isFile ? $"{lease.Message.Id}.eml" : null
        );
    }
}
