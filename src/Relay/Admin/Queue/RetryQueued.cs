using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Queue;

/// <summary><c>POST /api/v1/queue/{id}/retry</c>: due at once.</summary>
internal static class RetryQueued
{
    public static Task<Results<Ok<QueueChanges.Result>, ProblemHttpResult>> HandleAsync(
        string id,
        QueueChanges changes,
        HttpContext context,
        CancellationToken cancellationToken
    ) => changes.ChangeAsync(id, QueueVerb.Retry, context, cancellationToken);
}
