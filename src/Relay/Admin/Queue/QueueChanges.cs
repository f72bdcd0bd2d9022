using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Upstreams;

namespace Relay.Admin.Queue;

/// <summary>What all changes of the queue by hand have in common: the group is one that there is, the spool changes the rows, the log tells who did it.</summary>
internal sealed class QueueChanges(IMessageSpool spool, TopologyManager topology, TimeProvider time, OperatorLog log)
{
    /// <summary>Changes all rows of one message that the action applies to.</summary>
    public async Task<Results<Ok<Result>, ProblemHttpResult>> ChangeAsync(
        string id,
        QueueVerb verb,
        HttpContext context,
        CancellationToken cancellationToken,
        string? group = null
    )
    {
        if (!TryMake(verb, group, out var action, out var why))
        {
            return Problems.BadRequest(why);
        }

        if (!MessageId.TryParse(id, out var message))
        {
            return QueueMessage.NotFound(id);
        }

        var filter = new QueueFilter { Message = message };
        var (changed, last) = (0, (long?)0);
        while (last is { } after)
        {
            var change = await spool.ChangeAsync(filter with { After = after }, action, QueueLimits.Most, cancellationToken);
            (changed, last) = (changed + change.Changed, change.Last);
        }

        if (changed == 0)
        {
            return await RefuseAsync(id, verb, cancellationToken);
        }

        log.QueueChanged(context, verb.Done, changed, message.ToString());
        return TypedResults.Ok(new Result(changed));
    }

    /// <summary>Changes a slice of the rows of a filter.</summary>
    public async Task<Results<Ok<Slice>, ProblemHttpResult>> ChangeAsync(
        QueueFilter filter,
        QueueVerb verb,
        string? group,
        int limit,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (!TryMake(verb, group, out var action, out var why))
        {
            return Problems.BadRequest(why);
        }

        var change = await spool.ChangeAsync(filter, action, limit, cancellationToken);
        if (change.Changed > 0)
        {
            log.QueueChanged(context, verb.Done, change.Changed, Describe(filter));
        }

        return TypedResults.Ok(new Slice(change.Changed, change.Last));
    }

    private bool TryMake(QueueVerb verb, string? group, out QueueAction action, out string why)
    {
        (action, why) = (verb.Action("", time.GetUtcNow()), "");
        if (verb != QueueVerb.Move)
        {
            return true;
        }

        if (group is null || !topology.Current.Groups.TryGetValue(group, out var found))
        {
            var names = string.Join(", ", topology.Current.Groups.Values.Select(static known => known.Name).Order(StringComparer.Ordinal));
            why = $"group: {(group is null ? "a group to move to is needed" : $"there is no group \"{group}\"")}; there are {names}.";
            return false;
        }

        // The name as configured: the spool finds rows by it, and its case matters there.
        action = verb.Action(found.Name, time.GetUtcNow());
        return true;
    }

    private async Task<ProblemHttpResult> RefuseAsync(string id, QueueVerb verb, CancellationToken cancellationToken)
    {
        var rows = await spool.RowsAsync(id, cancellationToken);
        if (rows.Count == 0)
        {
            return QueueMessage.NotFound(id);
        }

        var states = rows.Select(static row => Explain(row.Part.State)).Distinct(StringComparer.Ordinal);
        return Problems.Conflict($"{id} cannot be {verb.Done}: it is {string.Join(", and ", states)}.");
    }

    private static string Explain(SpoolState state) =>
        state switch
        {
            SpoolState.Active => "active (being delivered right now)",
            SpoolState.Held => "held (release or move it)",
            SpoolState.Failed => "failed (only the record is left)",
            _ => QueueStates.TextOf(state),
        };

    /// <summary>The rows that were meant, for the log.</summary>
    public static string Describe(QueueFilter filter)
    {
        (string Name, string? Value)[] conditions =
        [
            ("state", filter.State is { } state ? QueueStates.TextOf(state) : null),
            ("sender", filter.Sender),
            ("recipient", filter.Recipient),
            ("group", filter.Group),
        ];
        var given = conditions.Where(static condition => condition.Value is not null).ToList();
        return given.Count == 0 ? "all" : string.Join(", ", given.Select(static condition => $"{condition.Name} {condition.Value}"));
    }

    /// <param name="Changed">Rows.</param>
    internal sealed record Result(int Changed);

    /// <param name="Changed">Rows of this slice.</param>
    /// <param name="Last">What <c>after</c> must be for the next slice; null when there are no more.</param>
    internal sealed record Slice(int Changed, long? Last);
}
