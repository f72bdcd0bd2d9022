using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Queue;

/// <summary><c>DELETE /api/v1/queue/{id}</c>: gone, without a bounce.</summary>
internal static class DeleteQueued
{
    public static Task<Results<Ok<QueueChanges.Result>, ProblemHttpResult>> HandleAsync(
        string id,
        QueueChanges changes,
        HttpContext context,
        CancellationToken cancellationToken
    ) => changes.ChangeAsync(id, QueueVerb.Delete, context, cancellationToken);
}
