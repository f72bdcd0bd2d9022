using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Text.Json;
using Relay.Cli.Completion;
using Relay.Core.Messages;

namespace Relay.Cli.Queue;

/// <summary><c>relay queue export</c>: the exact bytes of one message, or of all that match into a folder. They stay in the queue.</summary>
internal sealed class QueueExportCommand(CommandContext context, AdminConnection connection, ConfiguredNames names)
{
    private readonly QueueChoice _choice = new(names);

    private readonly Option<FileInfo?> _output = new("--output")
    {
        HelpName = "FILE",
        Description = "Where to; standard output when left out",
    };

    private readonly Option<DirectoryInfo?> _folder = new("--to-folder")
    {
        HelpName = "DIR",
        Description = "Writes ID.eml for each into this folder",
    };

    public Command Build()
    {
        var command = connection.Command(
            "export",
            "Writes messages as .eml; they stay in the queue",
            RunAsync,
            [.. _choice.All, _output, _folder]
        );
        command.Validators.Add(_choice.Require);
        command.Validators.Add(result =>
        {
            var ids = result.GetResult("ID")?.Tokens.Count ?? 0;
            var (hasOutput, hasFolder) = (IsGiven(result, _output), IsGiven(result, _folder));
            if (hasOutput && hasFolder)
            {
                result.AddError("--output and --to-folder do not go together");
            }
            else if (ids != 1 && !hasFolder)
            {
                result.AddError("more than one message needs --to-folder");
            }
        });
        return command;
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private async Task<int> RunAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        try
        {
            if (parsed.GetValue(_folder) is { } folder)
            {
                return await ExportAsync(parsed, client, folder, cancellationToken);
            }

            var id = _choice.Ids(parsed)[0];
            if (parsed.GetValue(_output) is { } file)
            {
                await ExportAsync(client, id, file.FullName, cancellationToken);
                return ExitCode.Success;
            }

            await using var output = context.OpenBinaryOutput();
            await client.DownloadAsync($"{QueuePages.PathOf(id)}/message", output, cancellationToken);
            return ExitCode.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AdminFailure(failure.Message);
        }
    }

    private async Task<int> ExportAsync(ParseResult parsed, AdminClient client, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        folder.Create();
        var (exported, gone, ids) = (0, 0, _choice.Ids(parsed));
        await QueueProgress.RunAsync(
            context,
            "exported",
            async tell =>
            {
                await foreach (var id in ChosenAsync(parsed, client, cancellationToken))
                {
                    try
                    {
                        await ExportAsync(client, id, Path.Combine(folder.FullName, $"{id}.eml"), cancellationToken);
                        tell(++exported);
                    }
                    catch (AdminFailure failure) when (failure.Status == HttpStatusCode.NotFound)
                    {
                        gone++; // delivered since it was listed
                    }
                }
            }
        );
        if (connection.IsJson(parsed))
        {
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(new { Exported = exported, Gone = gone }, AdminClient.Json));
            return gone > 0 && ids.Count > 0 ? ExitCode.Failed : ExitCode.Success;
        }

        var rest = gone == 0 ? "" : $" {gone} {(gone == 1 ? "was" : "were")} not in the queue any more.";
        await context.Output.WriteLineAsync($"{exported} {(exported == 1 ? "message" : "messages")} exported.{rest}");
        return gone > 0 && ids.Count > 0 ? ExitCode.Failed : ExitCode.Success;
    }

    /// <summary>Each message once, though several rows may belong to it. Records have no bytes.</summary>
    private async IAsyncEnumerable<string> ChosenAsync(
        ParseResult parsed,
        AdminClient client,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        HashSet<MessageId> seen = [];
        foreach (var id in _choice.Ids(parsed))
        {
            if (MessageId.TryParse(id, out var message) && seen.Add(message))
            {
                yield return message.ToString();
            }
        }

        if (seen.Count > 0)
        {
            yield break;
        }

        await foreach (var item in client.QueueAsync(_choice.Selection(parsed), cancellationToken))
        {
            // It becomes the name of a file: nothing but an id is taken for one.
            if (item.State != "failed" && MessageId.TryParse(item.Id, out var message) && seen.Add(message))
            {
                yield return message.ToString();
            }
        }
    }

    /// <summary>A file of that name is whole, or not there: a download that breaks off leaves nothing that looks like the message.</summary>
    private static async Task ExportAsync(AdminClient client, string id, string file, CancellationToken cancellationToken)
    {
        var part = file + ".part";
        try
        {
            await using (var stream = File.Create(part))
            {
                await client.DownloadAsync($"{QueuePages.PathOf(id)}/message", stream, cancellationToken);
            }

            File.Move(part, file, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
