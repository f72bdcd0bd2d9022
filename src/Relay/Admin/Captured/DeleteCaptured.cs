using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Capture;
using Relay.Core.Messages;

namespace Relay.Admin.Captured;

/// <summary><c>DELETE /api/v1/captured/{id}</c>, and <c>DELETE /api/v1/captured?search=</c> for all, or all that a search finds.</summary>
internal static class DeleteCaptured
{
    public static Results<Ok<Deleted>, ProblemHttpResult> Handle(
        string id,
        CaptureMailboxes mailboxes,
        OperatorLog log,
        HttpContext context
    )
    {
        if (!MessageId.TryParse(id, out var messageId) || !mailboxes.Delete(messageId))
        {
            return CapturedMail.NotFound(id);
        }

        log.Did(context, "captured.delete", id, "deleted");
        return TypedResults.Ok(new Deleted(1));
    }

    public static Ok<Deleted> HandleAll(CaptureMailboxes mailboxes, OperatorLog log, HttpContext context, string? search = null)
    {
        var count = mailboxes.DeleteAll(string.IsNullOrEmpty(search) ? null : search);
        log.Did(context, "captured.delete", string.IsNullOrEmpty(search) ? "all" : $"search {search}", $"{count} deleted");
        return TypedResults.Ok(new Deleted(count));
    }

    /// <param name="Count">Mails that are gone.</param>
    internal sealed record Deleted(int Count);
}
