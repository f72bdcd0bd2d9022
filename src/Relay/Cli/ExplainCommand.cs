using System.CommandLine;
using System.Text.Json;
using Relay.Admin;
using Relay.Cli.Completion;

namespace Relay.Cli;

/// <summary><c>relay explain</c>: where the running relay would send a message now, and why not elsewhere.</summary>
internal sealed class ExplainCommand(CommandContext context, AdminConnection connection, ConfiguredNames names)
{
    private readonly Option<string?> _from = new("--from") { HelpName = "ADDRESS", Description = "Sender; the null sender when left out" };

    private readonly Option<string[]> _to = new("--to")
    {
        HelpName = "ADDRESS",
        Description = "Recipient; more than one may be given",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _client = new("--client") { HelpName = "IP", Description = "Address of the client" };

    private readonly Option<string?> _listener = new("--listener") { HelpName = "NAME", Description = "Listener that it comes in by" };

    private readonly Option<string?> _user = new("--user") { HelpName = "NAME", Description = "User that the client logged in as" };

    private readonly Option<long?> _size = new("--size") { HelpName = "BYTES", Description = "Size of the message" };

    public Command Build()
    {
        _listener.CompletionSources.Add(names.Listeners);
        _user.CompletionSources.Add(names.Users);
        return connection.Command(
            "explain",
            "Tells where a message would go now, and why not elsewhere",
            ExecuteAsync,
            _from,
            _to,
            _client,
            _listener,
            _user,
            _size
        );
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var request = new ExplainRequest(
            parsed.GetValue(_from),
            parsed.GetValue(_to),
            parsed.GetValue(_client),
            parsed.GetValue(_listener),
            parsed.GetValue(_size),
            User: parsed.GetValue(_user)
        );
        var answers = await client.SendAsync<Explanation[]>(HttpMethod.Post, "/api/v1/explain", request, cancellationToken);
        if (connection.IsJson(parsed))
        {
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(answers, AdminClient.Json));
        }
        else
        {
            Array.ForEach(answers, Write);
        }

        return ExitCode.Success;
    }

    private void Write(Explanation answer)
    {
        context.Output.WriteLine($"{answer.Recipient}: {answer.Verdict}");
        if (answer.Route is { } route)
        {
            context.Output.WriteLine(
                $"  route {answer.RouteNumber + 1}: {SummaryText.Describe(route)} -> {answer.Group} ({answer.Strategy}, {answer.Waiting} waiting)"
            );
        }

        foreach (var upstream in answer.Upstreams)
        {
            var load = $"{upstream.InFlight} of {upstream.Connections} in use";
            context.Output.WriteLine(
                $"  {(upstream.IsCandidate ? '+' : '-')} {upstream.Name, -16} tier {upstream.Priority, -3} {upstream.State, -10} {load, -18} {upstream.Why}"
            );
        }
    }
}
