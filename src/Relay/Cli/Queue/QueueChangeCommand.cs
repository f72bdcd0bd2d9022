using System.CommandLine;
using System.Text.Json;
using Relay.Admin.Queue;
using Relay.Cli.Completion;

namespace Relay.Cli.Queue;

/// <summary>
/// <c>relay queue retry|hold|release|move|delete</c>: messages by their ids at once, or all that match after a question, a slice at a time.
/// </summary>
internal sealed class QueueChangeCommand(CommandContext context, AdminConnection connection, ConfiguredNames names, QueueVerb verb)
{
    private readonly QueueChoice _choice = new(names);

    private readonly Option<string?> _to = new("--to")
    {
        HelpName = "GROUP",
        Description = "Where to",
        Required = true,
    };

    private readonly Option<bool> _yes = new("--yes") { Description = "Asks no question" };

    public Command Build(string description)
    {
        _to.CompletionSources.Add(names.Groups);
        Symbol[] symbols = verb == QueueVerb.Move ? [.. _choice.All, _yes, _to] : [.. _choice.All, _yes];
        var command = connection.Command(verb.Name, description, RunAsync, symbols);
        command.Validators.Add(_choice.Require);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var group = verb == QueueVerb.Move ? parsed.GetValue(_to) : null;
        if (_choice.Ids(parsed) is { Count: > 0 } ids)
        {
            return await ChangeAsync(parsed, client, ids, group, cancellationToken);
        }

        var isAll = _choice.IsAll(parsed);
        var what = $"{verb.Name} all messages {(isAll ? "in the queue" : "that match")}";
        if (await Confirmation.AskAsync(context, what, parsed.GetValue(_yes), cancellationToken) is { } exitCode)
        {
            return exitCode;
        }

        var request = new ChangeQueue.Request(verb.Name, group, isAll ? null : _choice.Selection(parsed), isAll);
        var changed = 0;
        await QueueProgress.RunAsync(
            context,
            verb.Done,
            async tell =>
            {
                changed = await ChangeAsync(client, request, tell, cancellationToken);
            }
        );
        Report(parsed, changed);
        return ExitCode.Success;
    }

    /// <summary>Each for itself: one that is gone already does not keep the others from being changed.</summary>
    private async Task<int> ChangeAsync(
        ParseResult parsed,
        AdminClient client,
        IReadOnlyList<string> ids,
        string? group,
        CancellationToken cancellationToken
    )
    {
        var (changed, exitCode) = (0, ExitCode.Success);
        foreach (var id in ids)
        {
            var (method, path) =
                verb == QueueVerb.Delete
                    ? (HttpMethod.Delete, QueuePages.PathOf(id))
                    : (HttpMethod.Post, $"{QueuePages.PathOf(id)}/{verb.Name}");
            try
            {
                var body = verb == QueueVerb.Move ? new MoveQueued.Target(group) : null;
                changed += (await client.SendAsync<QueueChanges.Result>(method, path, body, cancellationToken)).Changed;
            }
            catch (AdminFailure failure) when (failure.Status is not null)
            {
                await context.Error.WriteLineAsync($"relay: {failure.Message}");
                exitCode = ExitCode.Failed;
            }
        }

        if (changed > 0 || connection.IsJson(parsed))
        {
            Report(parsed, changed);
        }

        return exitCode;
    }

    private async Task<int> ChangeAsync(
        AdminClient client,
        ChangeQueue.Request request,
        Action<int> tell,
        CancellationToken cancellationToken
    )
    {
        var changed = 0;
        for (long? after = 0; after is not null; )
        {
            try
            {
                var slice = await client.SendAsync<QueueChanges.Slice>(
                    HttpMethod.Post,
                    "/api/v1/queue/actions",
                    request with
                    {
                        After = after.Value,
                    },
                    cancellationToken
                );
                changed += slice.Changed;
                tell(changed);
                after = slice.Last > after ? slice.Last : null;
            }
            catch (AdminFailure failure) when (changed > 0)
            {
                throw new AdminFailure($"{failure.Message}; {changed} were {verb.Done} before", failure.Status);
            }
        }

        return changed;
    }

    private void Report(ParseResult parsed, int changed) =>
        context.Output.WriteLine(
            connection.IsJson(parsed)
                ? JsonSerializer.Serialize(new QueueChanges.Result(changed), AdminClient.Json)
                : $"{changed} {(changed == 1 ? "delivery" : "deliveries")} {verb.Done}."
        );
}
