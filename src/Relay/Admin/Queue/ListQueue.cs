using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary><c>GET /api/v1/queue?state=&amp;sender=&amp;recipient=&amp;group=&amp;after=&amp;limit=</c>: the rows of the spool in order of arrival, a page at a time.</summary>
internal static class ListQueue
{
    public static async Task<Results<Ok<Page>, ProblemHttpResult>> HandleAsync(
        IMessageSpool spool,
        CancellationToken cancellationToken,
        string? state = null,
        string? sender = null,
        string? recipient = null,
        string? group = null,
        long after = 0,
        int limit = QueueLimits.Default
    )
    {
        if (QueueLimits.Fault(limit) is { } fault)
        {
            return Problems.BadRequest(fault);
        }

        if (!new QueueSelection(state, sender, recipient, group).TryRead(after, out var filter, out var why))
        {
            return Problems.BadRequest(why);
        }

        var rows = await spool.ListAsync(filter, limit, cancellationToken);
        return TypedResults.Ok(new Page([.. rows.Select(QueueItem.Of)], rows.Count == limit ? rows[^1].Row : null));
    }

    /// <param name="Items">The oldest first.</param>
    /// <param name="Next">What <c>after</c> must be for the next page; null on the last.</param>
    internal sealed record Page(IReadOnlyList<QueueItem> Items, long? Next);
}
