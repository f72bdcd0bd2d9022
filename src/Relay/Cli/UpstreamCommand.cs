using System.CommandLine;
using System.Text.Json;
using Relay.Admin;
using Relay.Cli.Completion;
using Relay.Cli.Watching;

namespace Relay.Cli;

/// <summary><c>relay upstream list|drain|resume|weight</c>: looks at the upstreams of the running relay and changes them, on all nodes where there are several.</summary>
internal sealed class UpstreamCommand(CommandContext context, AdminConnection connection, ConfiguredNames names)
{
    private readonly Argument<string> _name = new("UPSTREAM") { Description = "GROUP/NAME, or NAME where only one has it" };

    private readonly Argument<int> _weight = new("WEIGHT") { Description = "1 to 1000" };

    public Command Build()
    {
        _name.CompletionSources.Add(names.Upstreams);
        return new("upstream", "Shows, drains, resumes and weighs the upstreams of the running relay")
        {
            connection.View("list", "Shows them with state and counters", ListAsync),
            connection.Command(
                "drain",
                "No new mail for it; what is under way finishes",
                (parsed, client, cancellationToken) => ChangeAsync(parsed, client, "drain", cancellationToken),
                _name
            ),
            connection.Command(
                "resume",
                "Ends drain",
                (parsed, client, cancellationToken) => ChangeAsync(parsed, client, "resume", cancellationToken),
                _name
            ),
            connection.Command("weight", "Overrides the configured weight", WeighAsync, _name, _weight),
        };
    }

    private static async Task<View> ListAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var upstreams = await client.UpstreamsAsync(cancellationToken);
        return new View(upstreams, writer => UpstreamTable.Write(writer, upstreams));
    }

    private async Task<int> ChangeAsync(ParseResult parsed, AdminClient client, string action, CancellationToken cancellationToken)
    {
        var path = await PathAsync(parsed, client, cancellationToken);
        Write(parsed, [await client.SendAsync<UpstreamItem>(HttpMethod.Post, $"{path}/{action}", null, cancellationToken)]);
        return ExitCode.Success;
    }

    private async Task<int> WeighAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var path = await PathAsync(parsed, client, cancellationToken);
        var change = new SetUpstreamWeight.Change(parsed.GetValue(_weight));
        Write(parsed, [await client.SendAsync<UpstreamItem>(HttpMethod.Put, $"{path}/weight", change, cancellationToken)]);
        return ExitCode.Success;
    }

    private async Task<string> PathAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_name);
        var upstreams = await client.UpstreamsAsync(cancellationToken);
        var found = upstreams
            .Where(upstream =>
                string.Equals(upstream.Name, name, StringComparison.OrdinalIgnoreCase)
                || string.Equals($"{upstream.Group}/{upstream.Name}", name, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        return found switch
        {
            [var only] => $"/api/v1/upstreams/{only.Group}/{only.Name}",
            [] => throw new AdminFailure($"there is no upstream {name}; there are {Names(upstreams)}"),
            _ => throw new AdminFailure($"several upstreams have the name {name}: {Names(found)}"),
        };
    }

    private void Write(ParseResult parsed, IReadOnlyList<UpstreamItem> upstreams)
    {
        if (connection.IsJson(parsed))
        {
            context.Output.WriteLine(JsonSerializer.Serialize(upstreams, AdminClient.Json));
        }
        else
        {
            UpstreamTable.Write(context.Output, upstreams);
        }
    }

    private static string Names(IEnumerable<UpstreamItem> upstreams) =>
        string.Join(", ", upstreams.Select(upstream => $"{upstream.Group}/{upstream.Name}"));
}
