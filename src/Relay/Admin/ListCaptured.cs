using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Capture;
using Relay.Core.Messages;

namespace Relay.Admin;

/// <summary><c>GET /api/v1/captured?after=&amp;limit=</c>: captured mail, newest first, a page at a time.</summary>
internal static class ListCaptured
{
    private const int DefaultLimit = 100;
    private const int MaximumLimit = 1000;

    /// <param name="mailboxes">All of them.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    /// <param name="limit">Items of the page, 1 to 1000.</param>
    public static Results<Ok<Page>, ProblemHttpResult> Handle(CaptureMailboxes mailboxes, string? after = null, int limit = DefaultLimit)
    {
        MessageId? position = null;
        if (!string.IsNullOrEmpty(after))
        {
            if (!MessageId.TryParse(after, out var id))
            {
                return Problems.BadRequest($"after: \"{after}\" is not the id of a message.");
            }

            position = id;
        }

        if (limit is < 1 or > MaximumLimit)
        {
            return Problems.BadRequest($"limit: {limit} is not between 1 and {MaximumLimit}.");
        }

        // One more than asked for tells whether there is a next page.
        var messages = mailboxes.List(position, limit + 1);
        var items = messages.Take(limit).Select(CapturedItem.Of).ToList();
        return TypedResults.Ok(new Page(items, messages.Count > limit ? items[^1].Id : null));
    }

    /// <param name="Items">Newest first.</param>
    /// <param name="Next">What <c>after</c> must be for the next page; null on the last.</param>
    internal sealed record Page(IReadOnlyList<CapturedItem> Items, string? Next);
}
