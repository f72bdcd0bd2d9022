using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Relay.Core.Configuration;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>Programs that people use log in, and what they may do then.</summary>
internal sealed class Logins : Scenario
{
    private const string Password = "correct horse";

    private static readonly string Hash = HashOf(Password);

    [TestCase("PLAIN")]
    [TestCase("LOGIN")]
    public async Task Swaks_logs_in(string mechanism)
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(Configuration(sink));

        var right = await Swaks.SendAsync(relay.Port, Options(mechanism, Password));
        var wrong = await Swaks.SendAsync(relay.Port, Options(mechanism, "wrong"));

        Assert.That(right.ExitCode, Is.Zero, right.Output);
        Assert.That(right.Output, Does.Contain("235 2.7.0 "));
        Assert.That(wrong.Output, Does.Contain("535 5.7.8 "));
        Assert.That(sink.Count, Is.EqualTo(1));
        await relay.LoggedAsync(" user=app ");
    }

    [TestCase("login")]
    [TestCase("plain")]
    public async Task Pythons_smtplib_logs_in(string mechanism)
    {
        const string Script = """
            import smtplib, sys
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), local_hostname="client.test", timeout=30) as smtp:
                smtp.ehlo()
                smtp.user, smtp.password = "app", sys.argv[2]
                print(smtp.auth(sys.argv[3], smtp.auth_login if sys.argv[3] == "login" else smtp.auth_plain))
                print(smtp.sendmail("a@example.com", ["b@example.net"], "Subject: x\r\n\r\nx\r\n"))
            """;
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(Configuration(sink));

        var run = await ProcessRunner.RunAsync(
            "python3",
            ["-c", Script, relay.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), Password, mechanism]
        );

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task MailKit_logs_in_by_SCRAM_and_checks_the_server()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(Configuration(sink));
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", relay.Port, SecureSocketOptions.None);
        Assert.That(client.AuthenticationMechanisms, Is.EquivalentTo(["SCRAM-SHA-256", "PLAIN", "LOGIN"]));

        Assert.That(
            async () => await client.AuthenticateAsync(new SaslMechanismScramSha256("app", "wrong")),
            Throws.TypeOf<AuthenticationException>()
        );
        await client.AuthenticateAsync(new SaslMechanismScramSha256("app", Password));
        using var message = new MimeMessage(
            [MailboxAddress.Parse("a@example.com")],
            [MailboxAddress.Parse("b@example.net")],
            "x",
            new TextPart("plain") { Text = "x" }
        );
        await client.SendAsync(message, progress: (ITransferProgress?)null);
        await client.DisconnectAsync(quit: true);

        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_client_from_elsewhere_may_relay_once_it_has_logged_in_and_its_route_is_its_own()
    {
        var everybody = StartCountingSink();
        var apps = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(
            Configuration(everybody)
                .Set("Access:Recipients", new[] { "example.com" })
                .Set("Groups:apps:Upstreams:b:Address", apps.Address)
                .Set("Routes", new object[] { new { User = "app", Group = "apps" }, new { Group = "default" } })
        );
        await using var client = await RawSmtpClient.OpenAsync(relay.Port, "127.0.0.2");

        Assert.That(await client.SendMailAsync("a@example.com", "b@example.net"), Does.StartWith("550 5.7.1 "));
        await client.CommandAsync("RSET");
        Assert.That(await client.SendMailAsync("a@example.org", "b@example.com"), Does.StartWith("250 2.0.0 "));
        Assert.That(await client.CommandAsync(Plain(Password)), Does.StartWith("235 2.7.0 "));
        Assert.That(await client.SendMailAsync("a@example.com", "b@example.net"), Does.StartWith("250 2.0.0 "));
        Assert.That(await client.SendMailAsync("a@example.org", "b@example.net"), Does.StartWith("553 5.7.1 "));

        Assert.That((everybody.Count, apps.Count), Is.EqualTo((1, 1)));
        Assert.That(apps.Messages.Single().Content, Does.Contain("with ESMTPA id"));
    }

    [Test]
    public async Task A_changed_file_changes_the_password_without_a_restart()
    {
        var sink = StartCountingSink();
        using var folder = new TemporaryHashFile(HashOf("first"));
        var configuration = Configuration(sink).Set("Access:Users", new { app = new { PasswordHashFile = folder.Path } });
        var relay = await StartRelayAsync(configuration);
        Assert.That(await LogInAsync(relay, "first"), Does.StartWith("235 "));

        await File.WriteAllTextAsync(folder.Path, HashOf("second") + "\n");

        await Until.TrueAsync(
            async () => (await LogInAsync(relay, "second")).StartsWith("235 ", StringComparison.Ordinal),
            "the new password is taken"
        );
        Assert.That(await LogInAsync(relay, "first"), Does.StartWith("535 "));
        Assert.That(await relay.WholeLogAsync(), Does.Contain("~ Relay:Access:Users:app:PasswordHash").And.Not.Contain("SCRAM-SHA-256$"));
    }

    [Test]
    public async Task Passwords_and_hashes_are_in_no_line_of_the_log_even_at_Trace()
    {
        var sink = StartCountingSink();
        var configuration = Configuration(sink).Set("Log:Level", "Trace");
        var relay = await StartRelayAsync(configuration);
        await Swaks.SendAsync(relay.Port, Options("PLAIN", Password));
        await Swaks.SendAsync(relay.Port, Options("LOGIN", "wrong-guess"));
        await using (var client = await RawSmtpClient.OpenAsync(relay.Port))
        {
            await client.CommandAsync("AUTH PLAIN " + Encode("\0wrong-field\0wrong-guess"));
            await client.CommandAsync("AUTH " + Encode(Password));
            await client.CommandAsync("AUTH LOGIN " + Password);
        }

        configuration.Set("Access:Users", new { app = new { PasswordHash = HashOf("other") }, second = new { PasswordHash = Hash } });
        await relay.WriteConfigurationAsync();
        await relay.LoggedAsync("Configuration reloaded");
        configuration.Set("Access:Users", new { app = new { PasswordHash = Password } });
        await relay.WriteConfigurationAsync();
        relay.ExpectLogged("Configuration not reloaded");
        await relay.LoggedAsync("Configuration not reloaded");

        var log = await relay.WholeLogAsync();
        Assert.That(log, Does.Contain("failed to log in"));
        string[] secrets =
        [
            Password,
            "wrong-guess",
            "wrong-field",
            Encode(Password),
            Encode("wrong-guess"),
            Encode($"\0app\0{Password}"),
            "SCRAM-SHA-256$4096",
        ];
        Assert.That(log.Split('\n').Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal))), Is.Empty);
    }

    private static RelayConfiguration Configuration(CountingSink sink) =>
        new RelayConfiguration()
            .Set("Access:Networks", Array.Empty<string>())
            .Set("Access:Users", new { app = new { PasswordHash = Hash, Senders = new[] { "*@example.com" } } })
            .Set("Listeners:smtp:AllowClearTextAuth", true)
            .Upstream("a", sink.Address);

    private static string[] Options(string mechanism, string password) =>
        ["--auth", mechanism, "--auth-user", "app", "--auth-password", password, "--from", "a@example.com", "--to", "b@example.net"];

    private static async Task<string> LogInAsync(RelayUnderTest relay, string password)
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        return await client.CommandAsync(Plain(password));
    }

    private static string Plain(string password) => "AUTH PLAIN " + Encode($"\0app\0{password}");

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string HashOf(string password) =>
        PasswordHash.Of(Encoding.UTF8.GetBytes(password), [1, 2, 3, 4, 5, 6, 7, 8], PasswordHash.LeastIterations).Format();

    private sealed class TemporaryHashFile : IDisposable
    {
        public TemporaryHashFile(string hash) => File.WriteAllText(Path, hash + "\n");

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
