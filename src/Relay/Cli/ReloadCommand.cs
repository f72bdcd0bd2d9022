using System.CommandLine;
using System.Net;
using System.Text.Json;
using Relay.Reloading;

namespace Relay.Cli;

/// <summary><c>relay reload</c>: the running relay reads its configuration again, and tells what that changed or why it did not.</summary>
internal sealed class ReloadCommand(CommandContext context, AdminConnection connection)
{
    public Command Build() => connection.Command("reload", "Has the running relay read its configuration again", ExecuteAsync);

    private async Task<int> ExecuteAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var result = await client.SendAnywayAsync<ReloadResult>(
            HttpMethod.Post,
            "/api/v1/config/reload",
            HttpStatusCode.UnprocessableEntity,
            cancellationToken
        );
        if (connection.IsJson(parsed))
        {
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(result, AdminClient.Json));
        }
        else
        {
            Write(result);
        }

        return result.Applied ? ExitCode.Success : ExitCode.Failed;
    }

    private void Write(ReloadResult result)
    {
        foreach (var error in result.Errors)
        {
            context.Error.WriteLine($"  {error}");
        }

        if (!result.Applied)
        {
            context.Error.WriteLine("relay: the configuration was not reloaded; the running one stays");
            return;
        }

        foreach (var change in result.Changes)
        {
            context.Output.WriteLine(change);
        }

        context.Output.WriteLine(
            result.Changes.Count == 0
                ? $"Nothing has changed: revision {result.Revision} since the start runs, as it stands in the file."
                : $"Reloaded: this is revision {result.Revision} since the start."
        );
    }
}
