using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Queue;

/// <summary><c>POST /api/v1/queue/{id}/hold</c>: not tried until it is released.</summary>
internal static class HoldQueued
{
    public static Task<Results<Ok<QueueChanges.Result>, ProblemHttpResult>> HandleAsync(
        string id,
        QueueChanges changes,
        HttpContext context,
        CancellationToken cancellationToken
    ) => changes.ChangeAsync(id, QueueVerb.Hold, context, cancellationToken);
}
