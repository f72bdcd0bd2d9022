using System.CommandLine;
using System.Text.Json;
using Relay.Cli.Queue;
using Relay.Core.Messages;
using Relay.Trails;

namespace Relay.Cli.Messages;

/// <summary><c>relay messages show ID</c>: where each recipient stands, who was asked, and what was said.</summary>
internal sealed class MessagesShowCommand(CommandContext context, AdminConnection connection)
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
        return connection.Command("show", "Shows all that is known of one message", RunAsync, _id);
    }

    private async Task<int> RunAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var details = await client.GetAsync<MessageDetails>($"/api/v1/messages/{parsed.GetRequiredValue(_id)}", cancellationToken);
        Write(parsed, details);
        return ExitCode.Success;
    }

    private void Write(ParseResult parsed, MessageDetails details)
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

    private static void Write(TextWriter writer, MessageDetails details)
    {
        var message = details.Message;
        writer.WriteLine($"{message.Id}: {message.Status}");
        writer.WriteLine($"  from        {(message.Sender.Length == 0 ? "<>" : QueueTable.Plain(message.Sender))}");
        writer.WriteLine(
            $"  received    {QueueTable.Text(message.ReceivedAt)}, {QueueTable.Text(message.Size)} bytes, by {message.Listener} from {Client(message)}"
        );
        if (message.MessageId is { } field)
        {
            writer.WriteLine($"  Message-ID  {QueueTable.Plain(field)}");
        }

        if (details.Reply is { } reply)
        {
            writer.WriteLine($"  answered    {QueueTable.Plain(reply)}");
        }

        foreach (var recipient in details.Recipients)
        {
            writer.WriteLine($"  to          {QueueTable.Plain(recipient.Address)}: {recipient.Status}{Word(recipient)}");
        }

        if (details.NextRecipient is { } next)
        {
            writer.WriteLine($"              and {QueueTable.Text(message.RecipientCount - next)} more, which --json and the browser show");
        }

        foreach (var attempt in details.Attempts)
        {
            Write(writer, attempt);
        }
    }

    private static void Write(TextWriter writer, AttemptItem attempt)
    {
        writer.WriteLine();
        var place = attempt.Group.Length == 0 ? attempt.Upstream : $"{attempt.Group}/{attempt.Upstream}";
        var id = attempt.QueueId is null ? "" : $", there {QueueTable.Plain(attempt.QueueId)}";
        writer.WriteLine($"{QueueTable.Text(attempt.At)} {place}, {attempt.Milliseconds:0.#} ms: {QueueTable.Plain(attempt.Summary)}{id}");
        foreach (var line in attempt.Dialogue)
        {
            writer.WriteLine($"  > {QueueTable.Plain(line.Command)}");
            writer.WriteLine($"  < {(line.Reply is null ? "(no reply)" : QueueTable.Plain(line.Reply))}");
        }
    }

    private static string Client(MessageSummary message) =>
        (message.Client ?? "this machine") + (message.User is null ? "" : $" as {QueueTable.Plain(message.User)}");

    private static string Word(RecipientItem recipient)
    {
        var word = recipient.Reply is null ? "" : $", {QueueTable.Plain(recipient.Reply)}";
        return recipient.NextAt is { } next ? $"{word}; tried again at {QueueTable.Text(next)}" : word;
    }
}
