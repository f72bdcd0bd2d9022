using System.CommandLine;
using System.Text.Json;
using Relay.Admin.Queue;

namespace Relay.Cli.Queue;

/// <summary><c>relay queue list</c>: the oldest rows that match.</summary>
internal sealed class QueueListCommand(CommandContext context, AdminConnection connection)
{
    private readonly QueueChoice _choice = new();

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
        return connection.Command("list", "Shows what is in the queue, the oldest first", RunAsync, [.. _choice.Filters, _limit]);
    }

    private async Task<int> RunAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
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

        Write(parsed, items);
        if (isMore)
        {
            await context.Error.WriteLineAsync($"There is more than these {limit}: --limit N shows it.");
        }

        return ExitCode.Success;
    }

    private void Write(ParseResult parsed, List<QueueItem> items)
    {
        if (connection.IsJson(parsed))
        {
            context.Output.WriteLine(JsonSerializer.Serialize(items, AdminClient.Json));
        }
        else if (items.Count == 0)
        {
            context.Output.WriteLine("Nothing in the queue matches.");
        }
        else
        {
            QueueTable.Write(context.Output, items);
        }
    }
}
