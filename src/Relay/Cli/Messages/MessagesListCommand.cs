using System.CommandLine;
using System.Globalization;
using Relay.Admin;
using Relay.Cli.Completion;
using Relay.Cli.Queue;
using Relay.Cli.Watching;
using Relay.Trails;

namespace Relay.Cli.Messages;

/// <summary><c>relay messages list</c>: the newest that match.</summary>
internal sealed class MessagesListCommand(AdminConnection connection, ConfiguredNames names)
{
    private static readonly string[] Titles = ["ID", "RECEIVED", "STATUS", "UPSTREAM", "SENDER", "RECIPIENTS", "LAST WORD"];

    private readonly Option<string?> _search = Condition("--search", "TEXT", "Part of any address or Message-ID, or a whole id");
    private readonly Option<string?> _sender = Condition("--sender", "TEXT", "Part of the sender's address");
    private readonly Option<string?> _recipient = Condition("--recipient", "TEXT", "Part of a recipient's address");
    private readonly Option<string?> _messageId = Condition("--message-id", "TEXT", "Part of the field Message-ID");
    private readonly Option<string?> _queueId = Condition("--queue-id", "ID", "What a server calls it in its own queue");
    private readonly Option<string?> _upstream = Condition("--upstream", "NAME", "A server that was asked");
    private readonly Option<string?> _status = Condition("--status", "STATUS", "What became of it");

    private readonly Option<int> _limit = new("--limit")
    {
        HelpName = "N",
        Description = "Messages at most",
        DefaultValueFactory = static _ => PageLimits.Default,
    };

    public Command Build()
    {
        _status.AcceptOnlyFromAmong([.. MessageStatus.All]);
        _upstream.CompletionSources.Add(names.Upstreams);
        _limit.Validators.Add(static result =>
        {
            if (!PageLimits.IsLimit(result.GetValueOrDefault<int>(), out var why))
            {
                result.AddError($"--{why}");
            }
        });
        return connection.View(
            "list",
            "Shows the newest messages that match all conditions",
            LookAsync,
            [_search, _sender, _recipient, _messageId, _queueId, _upstream, _status, _limit]
        );
    }

    private static Option<string?> Condition(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private async Task<View> LookAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var page = await client.GetAsync<MessagePage>(PathOf(parsed), cancellationToken);
        return new View(page.Items, writer => Write(writer, page.Items)) { Remark = RemarkOn(page) };
    }

    private string PathOf(ParseResult parsed)
    {
        (string Name, string? Value)[] conditions =
        [
            ("search", parsed.GetValue(_search)),
            ("sender", parsed.GetValue(_sender)),
            ("recipient", parsed.GetValue(_recipient)),
            ("messageId", parsed.GetValue(_messageId)),
            ("queueId", parsed.GetValue(_queueId)),
            ("upstream", parsed.GetValue(_upstream)),
            ("status", parsed.GetValue(_status)),
            ("limit", parsed.GetValue(_limit).ToString(CultureInfo.InvariantCulture)),
        ];
        var given = conditions
            .Where(static condition => condition.Value is not null)
            .Select(static condition => $"{condition.Name}={Uri.EscapeDataString(condition.Value!)}");
        return "/api/v1/messages?" + string.Join('&', given);
    }

    private static string? RemarkOn(MessagePage page)
    {
        var more = page.Next is null ? null : $"There is more than these {page.Items.Count}: --limit N shows it.";
        return (more, page.Note) switch
        {
            (null, var note) => note,
            (_, null) => more,
            _ => $"{more} {page.Note}",
        };
    }

    private static void Write(TextWriter writer, IReadOnlyList<MessageSummary> messages)
    {
        if (messages.Count == 0)
        {
            writer.WriteLine("No recent message matches.");
        }
        else
        {
            QueueTable.WriteColumns(writer, [Titles, .. messages.Select(Row)]);
        }
    }

    private static string[] Row(MessageSummary message) =>
        [
            message.Id,
            QueueTable.Text(message.ReceivedAt),
            message.Status,
            message.Upstream ?? "",
            message.Sender.Length == 0 ? "<>" : QueueTable.Plain(message.Sender),
            QueueTable.Recipients(message.Recipients, message.RecipientCount),
            QueueTable.Plain(message.LastWord),
        ];
}
