using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin;

/// <summary><c>GET /api/v1/audit?after=&amp;limit=</c>: what operators did, the newest first, a page at a time.</summary>
internal static class ListAudit
{
    /// <param name="audit">The last of them.</param>
    /// <param name="after">The <c>next</c> of the page before.</param>
    /// <param name="limit">Items of the page, 1 to 1000.</param>
    public static Results<Ok<Page>, ProblemHttpResult> Handle(AuditLog audit, long? after = null, int limit = PageLimits.Default)
    {
        if (!PageLimits.IsLimit(limit, out var why))
        {
            return Problems.BadRequest(why);
        }

        var entries = audit.List(after, limit + 1);
        return TypedResults.Ok(new Page([.. entries.Take(limit)], entries.Count > limit ? entries[limit - 1].Number : null));
    }

    /// <param name="Items">The newest first.</param>
    /// <param name="Next">What <c>after</c> must be for the next page; null on the last.</param>
    internal sealed record Page(IReadOnlyList<AuditEntry> Items, long? Next);
}
