using System.Text.RegularExpressions;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Clients;

/// <summary>One Postfix that has a transport to the relay for each cell, chosen by the sender.</summary>
internal sealed class PostfixProgram : MailProgram, IAsyncDisposable
{
    private PostfixInstance? _postfix;

    public override string Name => "Postfix";

    public override IReadOnlyList<string> Mechanisms => ["PLAIN", "LOGIN", "SCRAM-SHA-256"];

    public override string WhyNotOthers => "";

    public override async Task StartAsync(IReadOnlyList<Cell> cells, MatrixServer server)
    {
        if (Environment.IsPrivilegedProcess)
        {
            _postfix = new PostfixInstance("postfix.test", Settings(cells, server), server.StartTlsPort, Transports(cells));
            await _postfix.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_postfix is not null)
        {
            await _postfix.DisposeAsync();
        }
    }

    public override async Task<ProcessResult> SendAsync(Cell cell, MatrixServer server)
    {
        Assume.That(Environment.IsPrivilegedProcess, "Postfix starts only as root");
        await using (var client = await RawSmtpClient.OpenAsync(_postfix!.Port))
        {
            await client.SendMailAsync(cell.Sender, cell.Recipient, TestMessages.StuffDots(cell.Message));
        }

        Match Outcome() =>
            Regex.Match(
                _postfix.Log,
                $" to=<{Regex.Escape(cell.Recipient)}>, .* status=(?<status>[a-z]+) ",
                RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(1)
            );
        await Until.TrueAsync(() => Outcome().Success, "Postfix has tried");
        return new ProcessResult(Outcome().Groups["status"].Value == "sent" ? 0 : 1, _postfix.Log);
    }

    private static string Settings(IReadOnlyList<Cell> cells, MatrixServer server)
    {
        var transports = cells.Select(cell => $"{{ {cell.Sender} = {cell.User}:[127.0.0.1]:{server.PortTextOf(cell.Protection)} }}");
        var passwords = cells
            .Where(cell => cell.Mechanism is not null)
            .Select(cell => $"{{ {cell.Sender} = {cell.User}:{cell.Password} }}");
        return $$"""
            sender_dependent_default_transport_maps = inline:{ {{string.Join(' ', transports)}} }
            smtp_sasl_password_maps = inline:{ {{string.Join(' ', passwords)}} }
            smtp_sender_dependent_authentication = yes
            smtp_sasl_security_options = noanonymous
            smtp_tls_secure_cert_match = {{MatrixServer.HostName}}
            smtp_tls_CAfile = {{server.AuthorityFile}}

            """;
    }

    private static string Transports(IReadOnlyList<Cell> cells) =>
        string.Concat(cells.Select(static cell => $"{cell.User} unix - - n - - smtp {OptionsOf(cell)}\n"));

    private static string OptionsOf(Cell cell)
    {
        var tls = cell.Protection switch
        {
            Protection.StartTls => "-o smtp_tls_security_level=secure",
            Protection.Implicit => "-o smtp_tls_security_level=secure -o smtp_tls_wrappermode=yes",
            _ => "-o smtp_tls_security_level=none",
        };
        return cell.Mechanism is { } mechanism
            ? $"{tls} -o smtp_sasl_auth_enable=yes -o smtp_sasl_mechanism_filter={mechanism.ToLowerInvariant()}"
            : tls;
    }
}
