using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Clients;

internal sealed class MsmtpProgram : MailProgram
{
    public override string Name => "msmtp";

    public override IReadOnlyList<string> Mechanisms => ["PLAIN", "LOGIN", "SCRAM-SHA-256"];

    public override string WhyNotOthers => "";

    // It turns the line ends of Unix into those of SMTP.
    public override Task<ProcessResult> SendAsync(Cell cell, MatrixServer server) =>
        RunAsync(
            cell.Message.ReplaceLineEndings("\n"),
            "msmtp",
            [
                $"--host={MatrixServer.HostName}",
                $"--port={server.PortTextOf(cell.Protection)}",
                "--domain=client.test",
                $"--from={cell.Sender}",
                "--timeout=30",
                .. Protected(cell.Protection, server),
                .. LoggedIn(cell),
                "--",
                cell.Recipient,
            ]
        );

    private static string[] Protected(Protection protection, MatrixServer server) =>
        protection == Protection.Plain
            ? ["--tls=off"]
            :
            [
                "--tls=on",
                $"--tls-starttls={(protection == Protection.StartTls ? "on" : "off")}",
                $"--tls-trust-file={server.AuthorityFile}",
            ];

    private static string[] LoggedIn(Cell cell) =>
        cell.Mechanism is { } mechanism
            ? [$"--auth={mechanism.ToLowerInvariant()}", $"--user={cell.User}", $"--passwordeval=echo '{cell.Password}'"]
            : ["--auth=off"];
}
