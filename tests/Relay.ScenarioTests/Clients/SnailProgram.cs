using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Clients;

internal sealed class SnailProgram : MailProgram
{
    public override string Name => "s-nail";

    public override IReadOnlyList<string> Mechanisms => ["PLAIN", "LOGIN"];

    public override string WhyNotOthers => "has no SCRAM";

    // It is a composer: the body is given to it.
    public override bool KeepsHeader => false;

    // It greets with HELO when it has nothing to log in with.
    public override string ProtocolOf(Cell cell) => cell.Mechanism is null ? "SMTP" : cell.Protocol;

    public override Task<ProcessResult> SendAsync(Cell cell, MatrixServer server) =>
        RunAsync(
            Cell.Body.ReplaceLineEndings("\n"),
            "s-nail",
            ["-:/", .. Settings(cell, server).SelectMany(static setting => new[] { "-S", setting }), "-s", cell.User, cell.Recipient]
        );

    private static string[] Settings(Cell cell, MatrixServer server) =>
        [
            "v15-compat=yes",
            "sendwait",
            "nosave", // or it leaves dead.letter in the home folder
            "ttycharset=utf-8",
            "mime-encoding=8b",
            "hostname=client.test",
            $"from={cell.Sender}",
            $"smtp-auth={cell.Mechanism?.ToLowerInvariant() ?? "none"}",
            "tls-verify=strict",
            "tls-ca-no-defaults",
            $"tls-ca-file={server.AuthorityFile}",
            $"mta={UrlOf(cell, server)}",
            .. cell.Protection == Protection.StartTls ? new[] { "smtp-use-starttls" } : [],
        ];

    private static string UrlOf(Cell cell, MatrixServer server)
    {
        var scheme = cell.Protection == Protection.Implicit ? "smtps" : "smtp";
        var login = cell.Mechanism is null ? "" : $"{Uri.EscapeDataString(cell.User)}:{Uri.EscapeDataString(cell.Password)}@";
        return $"{scheme}://{login}{MatrixServer.HostName}:{server.PortTextOf(cell.Protection)}";
    }
}
