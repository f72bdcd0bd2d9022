using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Capture;

namespace Relay.Admin.Captured;

/// <summary><c>GET /api/v1/captured?search=&amp;group=&amp;after=&amp;limit=</c>: captured mail, newest first, a page at a time.</summary>
internal static class ListCaptured
{
    /// <param name="mailboxes">All of them.</param>
    /// <param name="search">Part of subject, sender or a recipient.</param>
    /// <param name="group">Only mailboxes of this group.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    /// <param name="limit">Items of the page, 1 to 1000.</param>
    public static Results<Ok<Page>, ProblemHttpResult> Handle(
        CaptureMailboxes mailboxes,
        string? search = null,
        string? group = null,
        string? after = null,
        int limit = PageLimits.Default
    )
    {
        if (!PageLimits.TryReadId(after, out var position, out var why) || !PageLimits.IsLimit(limit, out why))
        {
            return Problems.BadRequest(why);
        }

        // One more than asked for tells whether there is a next page.
        var messages = mailboxes.List(position, limit + 1, NullIfEmpty(search), NullIfEmpty(group));
        var items = messages.Take(limit).Select(CapturedItem.Of).ToList();
        return TypedResults.Ok(new Page(items, messages.Count > limit ? items[^1].Id : null, mailboxes.Unread));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <param name="Items">Newest first.</param>
    /// <param name="Next">What <c>after</c> must be for the next page; null on the last.</param>
    /// <param name="Unread">Mails in all mailboxes that nobody has opened.</param>
    internal sealed record Page(IReadOnlyList<CapturedItem> Items, string? Next, int Unread);
}
