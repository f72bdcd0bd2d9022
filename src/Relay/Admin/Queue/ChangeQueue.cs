using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Queue;

/// <summary>
/// <c>POST /api/v1/queue/actions</c>: one action on all rows of a filter, a slice at a time, so that no request takes long however much mail waits. Who asks
/// goes on with <c>after</c> as the answer's <c>last</c> until that is null.
/// </summary>
internal static class ChangeQueue
{
    public static async Task<Results<Ok<QueueChanges.Slice>, ProblemHttpResult>> HandleAsync(
        Request request,
        QueueChanges changes,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var verb = QueueVerb.All.FirstOrDefault(known => string.Equals(known.Name, request.Action, StringComparison.OrdinalIgnoreCase));
        if (verb is null)
        {
            return Problems.BadRequest($"action: one of {string.Join(", ", QueueVerb.All.Select(static known => known.Name))} is needed.");
        }

        var selection = request.Filter ?? new QueueSelection();
        if (selection.IsEmpty != request.All)
        {
            return Problems.BadRequest(
                request.All
                    ? "all: true does not go with a filter."
                    : "filter: at least one of state, sender, recipient and group is needed, or \"all\": true."
            );
        }

        if (QueueLimits.Fault(request.Limit) is { } fault)
        {
            return Problems.BadRequest(fault);
        }

        return selection.TryRead(request.After, out var filter, out var why)
            ? await changes.ChangeAsync(filter, verb, request.Group, request.Limit, context, cancellationToken)
            : Problems.BadRequest(why);
    }

    /// <param name="Action">Name of a <see cref="QueueVerb"/>.</param>
    /// <param name="Group">Where <c>move</c> moves to.</param>
    /// <param name="Filter">Which rows.</param>
    /// <param name="All">Every row is meant.</param>
    /// <param name="After">The <c>last</c> of the slice before.</param>
    /// <param name="Limit">Rows that are looked at, 1 to 1000.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record Request(
        string? Action,
        string? Group = null,
        QueueSelection? Filter = null,
        bool All = false,
        long After = 0,
        int Limit = QueueLimits.Most
    );
}
