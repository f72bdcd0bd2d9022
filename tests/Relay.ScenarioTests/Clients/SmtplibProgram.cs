using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Clients;

internal sealed class SmtplibProgram : MailProgram
{
    private const string Script = """
        import smtplib, ssl, sys

        port, protection, authority, mechanism, user, password, sender, recipient = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(authority)
        options = dict(host="localhost", port=int(port), local_hostname="client.test", timeout=30)
        with smtplib.SMTP_SSL(context=context, **options) if protection == "Implicit" else smtplib.SMTP(**options) as smtp:
            if protection == "StartTls":
                smtp.starttls(context=context)
            smtp.ehlo()
            if mechanism:
                smtp.user, smtp.password = user, password
                smtp.auth(mechanism, smtp.auth_plain if mechanism == "PLAIN" else smtp.auth_login)
            smtp.sendmail(sender, [recipient], sys.stdin.buffer.read(), ["BODY=8BITMIME"])
        """;

    public override string Name => "Python smtplib";

    public override IReadOnlyList<string> Mechanisms => ["PLAIN", "LOGIN"];

    public override string WhyNotOthers => "has no SCRAM";

    public override Task<ProcessResult> SendAsync(Cell cell, MatrixServer server) =>
        RunAsync(
            cell.Message,
            "python3",
            [
                "-c",
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
