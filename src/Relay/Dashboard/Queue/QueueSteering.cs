using Relay.Admin;
using Relay.Admin.Queue;
using Relay.Core.Messages;
using Relay.Core.Spool;

namespace Relay.Dashboard.Queue;

/// <summary>Changes the queue for whoever looks at the page, as the API does, and has it written down.</summary>
internal sealed class QueueSteering(IMessageSpool spool, TimeProvider time, OperatorLog log)
{
    /// <summary>Changes all rows of some messages that the action applies to.</summary>
    /// <returns>How many were changed; why none were, or null.</returns>
    public Task<(int Changed, string? Trouble)> ChangeAsync(Viewer viewer, IReadOnlyList<string> ids, QueueVerb verb, string? group) =>
        RunAsync(
            viewer,
            verb,
            async action =>
            {
                var changed = 0;
                foreach (var id in ids)
                {
                    if (MessageId.TryParse(id, out var message))
                    {
                        var done = await ChangeAllAsync(new QueueFilter { Message = message }, action);
                        changed += done;
                        Tell(viewer, verb, done, id);
                    }
                }

                return changed;
            },
            group
        );

    /// <summary>Changes all rows that a search finds.</summary>
    /// <returns>How many were changed; why none were, or null.</returns>
    public Task<(int Changed, string? Trouble)> ChangeAllAsync(Viewer viewer, QueueSelection selection, QueueVerb verb, string? group)
    {
        if (!selection.TryRead(0, out var filter, out var why))
        {
            return Task.FromResult<(int, string?)>((0, why));
        }

        return RunAsync(
            viewer,
            verb,
            async action =>
            {
                var changed = await ChangeAllAsync(filter, action);
                Tell(viewer, verb, changed, QueueChanges.Describe(filter));
                return changed;
            },
            group
        );
    }

    private async Task<(int Changed, string? Trouble)> RunAsync(
        Viewer viewer,
        QueueVerb verb,
        Func<QueueAction, Task<int>> change,
        string? group
    )
    {
        if (viewer.WhyNot is { } why)
        {
            return (0, why);
        }

        try
        {
            var changed = await change(verb.Action(group ?? "", time.GetUtcNow()));
            return (
                changed,
                changed > 0
                    ? null
                    : $"Nothing was {verb.Done}: what is being delivered right now cannot be, nor what has left the queue meanwhile."
            );
        }
        catch (SpoolUnavailableException failure)
        {
            return (0, $"The spool does not answer: {failure.Message}");
        }
    }

    /// <summary>A slice at a time: the spool has other work between them.</summary>
    private async Task<int> ChangeAllAsync(QueueFilter filter, QueueAction action)
    {
        var (changed, last) = (0, (long?)0);
        while (last is { } after)
        {
            var change = await spool.ChangeAsync(filter with { After = after }, action, QueueLimits.Most, CancellationToken.None);
            (changed, last) = (changed + change.Changed, change.Last);
        }

        return changed;
    }

    private void Tell(Viewer viewer, QueueVerb verb, int changed, string which)
    {
        if (changed > 0)
        {
            log.Did(viewer.Who, "queue", which, $"{changed} {verb.Done}");
        }
    }
}
