using System.Text;
using Relay.Core.Capture;

namespace Relay.Admin.Captured;

/// <summary>
/// <c>GET /api/v1/captured/{id}/html</c>: the HTML of a captured mail as a response of its own, in a sandbox: it has no origin, runs no script, sends no form and loads
/// nothing but what is in it.
/// </summary>
internal static class ShowCapturedHtml
{
    private const string Policy =
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    public static async Task<IResult> HandleAsync(string id, CaptureMailboxes mailboxes, CapturedReader reader, HttpContext context)
    {
        if (!mailboxes.TryOpen(id, out var lease))
        {
            return CapturedMail.NotFound(id);
        }

        using (lease)
        {
            mailboxes.MarkRead(lease.Message);
            var content = await reader.ReadAsync(lease.Body, context.RequestAborted);
            if (content.Html is null)
            {
                return Problems.NotFound($"The captured message {id} has no HTML.");
            }

            var html = await Task.Run(() => SafeHtml.Of(content), context.RequestAborted);
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XFrameOptions = "SAMEORIGIN";
            headers["X-DNS-Prefetch-Control"] = "off";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return TypedResults.Content(html, "text/html; charset=utf-8", Encoding.UTF8);
        }
    }
}
