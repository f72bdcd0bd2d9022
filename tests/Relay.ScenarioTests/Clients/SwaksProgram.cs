using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Clients;

internal sealed class SwaksProgram : MailProgram
{
    public override string Name => "swaks";

    public override IReadOnlyList<string> Mechanisms => ["PLAIN", "LOGIN"];

    public override string WhyNotOthers => "has no SCRAM";

    // Left alone with its data, swaks stuffs no dots and does not end it either.
    public override Task<ProcessResult> SendAsync(Cell cell, MatrixServer server) =>
        RunAsync(
            TestMessages.StuffDots(cell.Message) + ".",
            "swaks",
            [
                "--server",
                MatrixServer.HostName,
                "--port",
                server.PortTextOf(cell.Protection),
                "--ehlo",
                "client.test",
                "--from",
                cell.Sender,
                "--to",
                cell.Recipient,
                "--data",
                "-",
                "--no-data-fixup",
                .. Protected(cell.Protection, server),
                .. LoggedIn(cell),
            ]
        );

    private static string[] Protected(Protection protection, MatrixServer server) =>
        protection switch
        {
            Protection.StartTls => ["--tls", "--tls-verify", "--tls-ca-path", server.AuthorityFile],
            Protection.Implicit => ["--tls-on-connect", "--tls-verify", "--tls-ca-path", server.AuthorityFile],
            _ => [],
        };

    private static string[] LoggedIn(Cell cell) =>
        cell.Mechanism is { } mechanism ? ["--auth", mechanism, "--auth-user", cell.User, "--auth-password", cell.Password] : [];
}
