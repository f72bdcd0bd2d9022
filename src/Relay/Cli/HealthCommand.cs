using System.CommandLine;
using Relay.Cli.Watching;

namespace Relay.Cli;

/// <summary><c>relay health</c>: one word and an exit code, for containers and service managers. Needs no token.</summary>
internal sealed class HealthCommand(AdminConnection connection)
{
    public Command Build() =>
        connection.View("health", "Ends with 0 while the running relay takes mail, else with 1 and the reason; for containers", LookAsync);

    private static async Task<View> LookAsync(ParseResult parsed, AdminClient client, CancellationToken cancellationToken)
    {
        var readiness = await client.ReadinessAsync(cancellationToken);
        return new View(
            readiness,
            writer => writer.WriteLine(readiness.Reason is null ? readiness.Status : $"{readiness.Status}: {readiness.Reason}"),
            readiness.Reason is null ? ExitCode.Success : ExitCode.Failed
        );
    }
}
