using System.CommandLine;
using System.Net;
using System.Text.Json;
using Relay.Admin;

namespace Relay.Cli;

/// <summary><c>relay status</c>: whether the running relay takes mail, and how its upstreams are. Exit code 1 when it is not ready.</summary>
internal sealed class StatusCommand(CommandContext context, AdminConnection connection)
{
    public Command Build() =>
        connection.Command("status", "Shows whether the running relay takes mail, and how its upstreams are", ExecuteAsync);

    private async Task<int> ExecuteAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var readiness = await client.SendAnywayAsync<HealthStatus>(
            HttpMethod.Get,
            "/health/ready",
            HttpStatusCode.ServiceUnavailable,
            cancellationToken
        );
        var upstreams = await client.GetAsync<UpstreamItem[]>("/api/v1/upstreams", cancellationToken);
        if (connection.IsJson(parsed))
        {
            var document = new
            {
                readiness.Status,
                readiness.Reason,
                Upstreams = upstreams,
            };
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(document, AdminClient.Json));
        }
        else
        {
            await context.Output.WriteLineAsync(readiness.Reason is null ? "ready" : $"not ready: {readiness.Reason}");
            await context.Output.WriteLineAsync();
            UpstreamTable.Write(context.Output, upstreams);
        }

        return readiness.Reason is null ? ExitCode.Success : ExitCode.Failed;
    }
}
