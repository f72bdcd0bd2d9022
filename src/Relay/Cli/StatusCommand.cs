using System.CommandLine;
using Relay.Cli.Watching;

namespace Relay.Cli;

/// <summary><c>relay status</c>: whether the running relay takes mail, which nodes there are, and how the upstreams are. Exit code 1 when it is not ready.</summary>
internal sealed class StatusCommand(AdminConnection connection)
{
    public Command Build() => connection.View("status", "Shows whether the running relay takes mail, and how its upstreams are", LookAsync);

    private static async Task<View> LookAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var readiness = await client.ReadinessAsync(cancellationToken);
        var nodes = await client.NodesAsync(cancellationToken);
        var upstreams = await client.UpstreamsAsync(cancellationToken);
        var document = new
        {
            readiness.Status,
            readiness.Reason,
            Nodes = nodes,
            Upstreams = upstreams,
        };
        return new View(
            document,
            writer =>
            {
                writer.WriteLine(readiness.Reason is null ? "ready" : $"not ready: {readiness.Reason}");
                writer.WriteLine();
                NodeTable.Write(writer, nodes);
                UpstreamTable.Write(writer, upstreams);
            },
            readiness.Reason is null ? ExitCode.Success : ExitCode.Failed
        );
    }
}
