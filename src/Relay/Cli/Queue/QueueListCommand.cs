using System.CommandLine;
using Relay.Admin.Queue;
using Relay.Cli.Completion;
using Relay.Cli.Watching;

namespace Relay.Cli.Queue;

/// <summary><c>relay queue list</c>: the oldest rows that match.</summary>
internal sealed class QueueListCommand(AdminConnection connection, ConfiguredNames names)
{
    private readonly QueueChoice _choice = new(names);

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "Rows at most",
        DefaultValueFactory = static _ => QueueLimits.Default,
    };

    public Command Build()
    {
        _limit.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--limit is 1 or more");
            }
        });
        return connection.View("list", "Shows what is in the queue, the oldest first", LookAsync, [.. _choice.Filters, _limit]);
    }

    private async Task<View> LookAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var limit = parsed.GetValue(_limit);
        List<QueueItem> items = [];
        var isMore = false;
        await foreach (var item in client.QueueAsync(_choice.Selection(parsed), cancellationToken))
        {
            isMore = items.Count == limit;
            if (isMore)
            {
                break;
            }

            items.Add(item);
        }

        return new View(items, writer => Write(writer, items))
        {
            Remark = isMore ? $"There is more than these {limit}: --limit N shows it." : null,
        };
    }

    private static void Write(TextWriter writer, List<QueueItem> items)
    {
        if (items.Count == 0)
        {
            writer.WriteLine("Nothing in the queue matches.");
        }
        else
        {
            QueueTable.Write(writer, items);
        }
    }
}
