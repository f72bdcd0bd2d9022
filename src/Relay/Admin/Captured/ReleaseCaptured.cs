using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Messages;

namespace Relay.Admin.Captured;

/// <summary><c>POST /api/v1/captured/{id}/release</c> with <c>{"group": "…"}</c>: sends a captured mail on to real servers.</summary>
internal static class ReleaseCaptured
{
    public static async Task<Results<Ok<ReleaseResult>, ProblemHttpResult>> HandleAsync(
        string id,
        Request request,
        CapturedRelease release,
        OperatorLog log,
        HttpContext context
    )
    {
        if (!MessageId.TryParse(id, out var message))
        {
            return CapturedMail.NotFound(id);
        }

        var (result, refusal) = await release.ReleaseAsync(message, request.Group, request.To, context.RequestAborted);
        if (result is null)
        {
            return refusal switch
            {
                { IsUnknownMail: true } => CapturedMail.NotFound(id),
                { IsUnavailable: true } => Problems.Unavailable(refusal.Why),
                _ => Problems.BadRequest(refusal?.Why ?? ""),
            };
        }

        log.Did(context, "captured.release", id, $"to {request.Group} as {result.Id}: {result.Status}");
        return TypedResults.Ok(result);
    }

    /// <param name="Group">A group of real servers.</param>
    /// <param name="To">Recipients, where they are to be others than those of the mail.</param>
    internal sealed record Request(string? Group, IReadOnlyList<string>? To = null);
}
