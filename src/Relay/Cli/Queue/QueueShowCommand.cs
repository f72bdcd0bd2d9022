using System.CommandLine;
using System.Text.Json;
using Relay.Admin.Queue;
using Relay.Core.Messages;

namespace Relay.Cli.Queue;

/// <summary><c>relay queue show ID</c>: one message, where its recipients stand, and what was tried.</summary>
internal sealed class QueueShowCommand(CommandContext context, AdminConnection connection)
{
    private readonly Argument<string> _id = new("ID") { Description = "The message" };

    public Command Build()
    {
        _id.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !MessageId.TryParse(token.Value, out _))
            {
                result.AddError($"\"{token.Value}\" is not the id of a message");
            }
        });
        return connection.Command("show", "Shows one message and what was tried", RunAsync, _id);
    }

    private async Task<int> RunAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var path = QueuePages.PathOf(parsed.GetRequiredValue(_id));
        var details = await client.GetAsync<ShowQueued.Details>(path, cancellationToken);
        Write(parsed, details);
        return ExitCode.Success;
    }

    private void Write(ParseResult parsed, ShowQueued.Details details)
    {
        if (connection.IsJson(parsed))
        {
            context.Output.WriteLine(JsonSerializer.Serialize(details, AdminClient.Json));
        }
        else
        {
            Write(context.Output, details);
        }
    }

    private static void Write(TextWriter writer, ShowQueued.Details details)
    {
        foreach (var item in details.Rows)
        {
            var group = item.Group.Length == 0 ? "" : $", group {item.Group}";
            writer.WriteLine($"{item.Id}: {item.State}{group}");
            writer.WriteLine($"  from      {(item.Sender.Length == 0 ? "<>" : QueueTable.Plain(item.Sender))}");
            foreach (var recipient in item.Recipients)
            {
                writer.WriteLine($"  to        {QueueTable.Plain(recipient)}");
            }

            writer.WriteLine($"  received  {QueueTable.Text(item.ReceivedAt)}, {QueueTable.Text(item.Size)} bytes");
            writer.WriteLine($"  next      {Next(item)}");
            if (item.Reason.Length > 0)
            {
                writer.WriteLine($"  reason    {QueueTable.Plain(item.Reason)}");
            }
        }

        if (details.Attempts.Count > 0)
        {
            writer.WriteLine();
            QueueTable.WriteColumns(
                writer,
                [
                    ["ATTEMPT", "UPSTREAM", "MS", "RESULT"],
                    .. details.Attempts.Select(Row),
                ]
            );
        }
    }

    private static string Next(QueueItem item) =>
        item.State switch
        {
            "active" => "it is being delivered right now",
            "held" => "nothing until it is released or moved",
            "failed" => $"nothing; the record is kept until {QueueTable.Text(item.ExpiresAt)}",
            _ => $"tried at {QueueTable.Text(item.DueAt)} after {Runs(item.Runs)}, given up at {QueueTable.Text(item.ExpiresAt)}",
        };

    private static string Runs(int runs) => runs == 1 ? "1 run" : $"{QueueTable.Text(runs)} runs";

    private static string[] Row(ShowQueued.Attempt attempt) =>
        [
            QueueTable.Text(attempt.At),
            QueueTable.Plain(attempt.Upstream),
            QueueTable.Text(attempt.Milliseconds),
            QueueTable.Plain(attempt.Summary),
        ];
}
