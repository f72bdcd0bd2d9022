using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Clients;

internal sealed class NodemailerProgram : MailProgram
{
    // Debian keeps modules where a node from elsewhere does not look.
    private const string Script = """
        const fs = require('fs');
        const [port, protection, authority, mechanism, user, pass, from, to] = process.argv.slice(1);
        const transport = require('/usr/share/nodejs/nodemailer').createTransport({
          host: 'localhost',
          port: Number(port),
          name: 'client.test',
          secure: protection === 'Implicit',
          requireTLS: protection === 'StartTls',
          ignoreTLS: protection === 'Plain',
          tls: { ca: fs.readFileSync(authority) },
          auth: mechanism ? { user, pass } : undefined,
          authMethod: mechanism || undefined,
        });
        transport.sendMail({ envelope: { from, to, use8BitMime: true }, raw: fs.readFileSync(0) }).then(
          info => console.log(info.response),
          error => { console.log(error); process.exitCode = 1; });
        """;

    public override string Name => "nodemailer";

    public override IReadOnlyList<string> Mechanisms => ["PLAIN", "LOGIN"];

    public override string WhyNotOthers => "has no SCRAM";

    public override Task<ProcessResult> SendAsync(Cell cell, MatrixServer server) =>
        RunAsync(
            cell.Message,
            "node",
            [
                "-e",
                Script,
                server.PortTextOf(cell.Protection),
                cell.Protection.ToString(),
                server.AuthorityFile,
                cell.Mechanism ?? "",
                cell.User,
                cell.Password,
                cell.Sender,
                cell.Recipient,
            ]
        );
}
