using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Queue;

/// <summary><c>POST /api/v1/queue/{id}/move</c> with <c>{"group": "…"}</c>: to another group, at once.</summary>
internal static class MoveQueued
{
    public static Task<Results<Ok<QueueChanges.Result>, ProblemHttpResult>> HandleAsync(
        string id,
        Target target,
        QueueChanges changes,
        HttpContext context,
        CancellationToken cancellationToken
    ) => changes.ChangeAsync(id, QueueVerb.Move, context, cancellationToken, target.Group);

    /// <param name="Group">Null when the body does not name it.</param>
    internal sealed record Target(string? Group);
}
