using System.Text.RegularExpressions;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Clients;

/// <summary>A Postfix of its own for each cell, whose next hop is the relay.</summary>
internal sealed partial class PostfixProgram : MailProgram
{
    public override string Name => "Postfix";

    public override IReadOnlyList<string> Mechanisms => ["PLAIN", "LOGIN", "SCRAM-SHA-256"];

    public override string WhyNotOthers => "";

    public override async Task<ProcessResult> SendAsync(Cell cell, MatrixServer server)
    {
        Assume.That(Environment.IsPrivilegedProcess, "Postfix starts only as root");
        var port = server.PortOf(cell.Protection);
        await using var postfix = new PostfixInstance("postfix.test", Settings(cell, server), port);
        await postfix.StartAsync();
        await using (var client = await RawSmtpClient.OpenAsync(postfix.Port))
        {
            await client.SendMailAsync(cell.Sender, Cell.Recipient, TestMessages.StuffDots(cell.Message));
        }

        var status = "";
        await Until.TrueAsync(
            () => (status = StatusPattern().Match(postfix.Log).Value).Length > 0,
            "Postfix has tried",
            TimeSpan.FromSeconds(30)
        );
        return new ProcessResult(status == " status=sent " ? 0 : 1, postfix.Log);
    }

    private static string Settings(Cell cell, MatrixServer server) =>
        string.Join(
            '\n',
            [
                "smtp_tls_CAfile = " + server.AuthorityFile,
                "smtp_tls_secure_cert_match = " + MatrixServer.HostName,
                "smtp_tls_security_level = " + (cell.Protection == Protection.Plain ? "none" : "secure"),
                "smtp_tls_wrappermode = " + (cell.Protection == Protection.Implicit ? "yes" : "no"),
                .. LoggedIn(cell, server),
            ]
        );

    private static string[] LoggedIn(Cell cell, MatrixServer server) =>
        cell.Mechanism is { } mechanism
            ?
            [
                "smtp_sasl_auth_enable = yes",
                "smtp_sasl_security_options = noanonymous",
                "smtp_sasl_mechanism_filter = " + mechanism.ToLowerInvariant(),
                $"smtp_sasl_password_maps = inline:{{ {{ [127.0.0.1]:{server.PortTextOf(cell.Protection)} = {cell.User}:{cell.Password} }} }}",
            ]
            : [];

    [GeneratedRegex(" status=[a-z]+ ", RegexOptions.None, 1000)]
    private static partial Regex StatusPattern();
}
