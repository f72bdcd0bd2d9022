using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Queue;

/// <summary><c>POST /api/v1/queue/{id}/release</c>: tried again, by the routes of now.</summary>
internal static class ReleaseQueued
{
    public static Task<Results<Ok<QueueChanges.Result>, ProblemHttpResult>> HandleAsync(
        string id,
        QueueChanges changes,
        HttpContext context,
        CancellationToken cancellationToken
    ) => changes.ChangeAsync(id, QueueVerb.Release, context, cancellationToken);
}
