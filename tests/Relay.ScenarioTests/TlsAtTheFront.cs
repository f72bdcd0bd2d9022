using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>Clients that are not ours use TLS towards Relay: swaks, openssl, sslscan.</summary>
internal sealed class TlsAtTheFront : Scenario
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-tls-");
    private readonly int _implicitPort = LocalPort.Free();

    [SetUp]
    public void KeepFolder() => Keep(new CertificateFolder(_folder));

    [Test]
    public async Task A_mail_comes_by_STARTTLS_and_by_implicit_TLS()
    {
        var (relay, sink) = await StartAsync(Configuration(CertificateFile("localhost")));

        var byStartTls = await Swaks.SendAsync(relay.Port, "--to", "b@example.com", "--tls");
        var bySmtps = await Swaks.SendAsync(_implicitPort, "--to", "b@example.com", "--tls-on-connect");
        var plain = await Swaks.SendAsync(relay.Port, "--to", "b@example.com");

        Assert.That((byStartTls.ExitCode, bySmtps.ExitCode, plain.ExitCode), Is.EqualTo((0, 0, 0)), byStartTls.Output + bySmtps.Output);
        var heads = sink.Messages.Select(message => message.Content).ToList();
        Assert.That(heads.Take(2), Has.All.Contains(" with ESMTPS id ").And.All.Contains("tls TLS_").And.All.Contains("(TLS1.3)"));
        Assert.That(heads[2], Does.Contain(" with ESMTP id ").And.Not.Contain("tls TLS_"));
    }

    [Test]
    public async Task Where_TLS_is_required_nothing_is_taken_without_it()
    {
        var (relay, sink) = await StartAsync(Configuration(CertificateFile("localhost")).Set("Listeners:smtp:RequireTls", true));

        var plain = await Swaks.SendAsync(relay.Port, "--to", "b@example.com");
        var secure = await Swaks.SendAsync(relay.Port, "--to", "b@example.com", "--tls");

        Assert.That(plain.ExitCode, Is.Not.Zero);
        Assert.That(plain.Output, Does.Contain("530 5.7.0 "));
        Assert.That(secure.ExitCode, Is.Zero, secure.Output);
        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_command_that_is_put_behind_STARTTLS_is_never_run()
    {
        var (relay, sink) = await StartAsync(Configuration(CertificateFile("localhost")));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        await client.SendAsync("STARTTLS\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nevil\r\n.\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("554 5.5.0 "));
        Assert.That(await client.IsClosedByServerAsync(), Is.True);
        Assert.That(sink.Count, Is.Zero);
    }

    [Test]
    public async Task The_name_that_a_client_asks_for_decides_on_the_certificate()
    {
        var (relay, _) = await StartAsync(
            Configuration(CertificateFile("one.example.com"), CertificateFile("two.example.com", isRsa: true))
        );

        Assert.That(await SubjectAsync(relay.Port, "two.example.com"), Is.EqualTo("CN = two.example.com"));
        Assert.That(await SubjectAsync(relay.Port, "one.example.com"), Is.EqualTo("CN = one.example.com"));
        Assert.That(await SubjectAsync(relay.Port, "other.example.com"), Is.EqualTo("CN = one.example.com"));
    }

    [Test]
    public async Task Of_two_certificates_for_one_name_each_client_is_shown_the_one_it_can_use()
    {
        var (relay, _) = await StartAsync(
            Configuration(CertificateFile("one.example.com", isRsa: true), CertificateFile("one.example.com", file: "ecdsa.pem"))
        );

        var young = await ConnectOpensslAsync(relay.Port, "-servername", "one.example.com");
        var old = await ConnectOpensslAsync(
            relay.Port,
            "-servername",
            "one.example.com",
            "-tls1_2",
            "-sigalgs",
            "RSA+SHA256:RSA-PSS+SHA256"
        );

        Assert.That(young.Output, Does.Contain("Peer signature type: ECDSA"));
        Assert.That(old.Output, Does.Contain("Peer signature type: RSA"));
    }

    [TestCase("-tls1")]
    [TestCase("-tls1_1")]
    public async Task Old_protocols_are_refused_and_the_next_client_is_served(string version)
    {
        var (relay, _) = await StartAsync(Configuration(CertificateFile("localhost")).Set("Log:Level", "Debug"));

        var old = await ConnectOpensslAsync(relay.Port, version, "-cipher", "ALL:@SECLEVEL=0");

        Assert.That(old.Output, Does.Contain("alert protocol version").Or.Contain("Cipher is (NONE)"));
        Assert.That((await Swaks.SendAsync(relay.Port, "--to", "b@example.com", "--tls")).ExitCode, Is.Zero);
        await relay.LoggedAsync("TLS handshake with 127.0.0.1 failed");
    }

    [TestCase("-tls1_2")]
    [TestCase("-tls1_3")]
    public async Task A_session_is_resumed(string version)
    {
        var (relay, _) = await StartAsync(Configuration(CertificateFile("localhost")));
        var tickets = Path.Combine(_folder.FullName, "tickets");

        var first = await ConnectOpensslAsync(relay.Port, version, "-sess_out", tickets);
        var second = await ConnectOpensslAsync(relay.Port, version, "-sess_in", tickets);

        Assert.That(first.Output, Does.Contain("New, TLSv1."));
        Assert.That(second.Output, Does.Contain("Reused, TLSv1."));
    }

    [TestCase("-tls1_2")]
    [TestCase("-tls1_3")]
    public async Task Where_clients_are_known_by_certificates_none_comes_back_with_a_ticket(string version)
    {
        var clients = new[] { new { Fingerprint = new string('A', 64) } };
        var (relay, _) = await StartAsync(Configuration(CertificateFile("localhost")).Set("Access:ClientCertificates", clients));
        var tickets = PathOf("tickets");

        await ConnectOpensslAsync(relay.Port, version, "-sess_out", tickets);
        var second = await ConnectOpensslAsync(relay.Port, [version, .. File.Exists(tickets) ? new[] { "-sess_in", tickets } : []]);

        Assert.That(second.Output, Does.Contain("New, TLSv1.").And.Not.Contain("Reused"));
    }

    [Test]
    public async Task A_changed_certificate_is_shown_to_the_next_client_and_a_broken_one_to_none()
    {
        var file = CertificateFile("one.example.com");
        var (relay, _) = await StartAsync(Configuration(file));
        relay.ExpectLogged("Certificates not reloaded");
        await using var before = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await SubjectAsync(relay.Port), Is.EqualTo("CN = one.example.com"));

        CertificateFile("two.example.com", file: file);
        await relay.LoggedAsync("for two.example.com");
        Assert.That(await SubjectAsync(relay.Port), Is.EqualTo("CN = two.example.com"));

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, file), "rubbish");
        await relay.LoggedAsync("Certificates not reloaded");
        Assert.That(await SubjectAsync(relay.Port), Is.EqualTo("CN = two.example.com"));
        Assert.That(await before.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250"), "the old session goes on");
    }

    [Test]
    public async Task SIGHUP_reads_the_certificates_too()
    {
        var file = CertificateFile("one.example.com");
        var (relay, _) = await StartAsync(Configuration(file));

        CertificateFile("two.example.com", file: file);
        relay.HangUp();
        await relay.LoggedAsync("(SIGHUP)");

        Assert.That(await SubjectAsync(relay.Port), Is.EqualTo("CN = two.example.com"));
    }

    [Test]
    public async Task A_client_is_known_by_its_certificate_and_a_PFX_file_opens_with_its_password_file()
    {
        using var server = TestCertificate.Create(["localhost"], isRsa: true);
        await File.WriteAllBytesAsync(PathOf("relay.pfx"), server.Export(X509ContentType.Pfx, "päss word"));
        await File.WriteAllTextAsync(PathOf("password"), "päss word\n");
        using var client = TestCertificate.Create(["client"]);
        await File.WriteAllTextAsync(PathOf("client.pem"), TestCertificate.Pem(client));
        var configuration = Configuration()
            .Set("Tls:Certificates", new[] { new { Path = PathOf("relay.pfx"), PasswordFile = PathOf("password") } })
            .Set("Access:Networks", Array.Empty<string>())
            .Set("Access:ClientCertificates", new[] { new { Fingerprint = TestCertificate.Pin(client) } });
        var (relay, sink) = await StartAsync(configuration);

        var stranger = await Swaks.SendAsync(relay.Port, "--to", "b@example.com", "--tls");
        var known = await Swaks.SendAsync(
            relay.Port,
            "--to",
            "b@example.com",
            "--tls",
            "--tls-cert",
            PathOf("client.pem"),
            "--tls-key",
            PathOf("client.pem")
        );

        Assert.That(stranger.Output, Does.Contain("550 5.7.1 "));
        Assert.That(known.ExitCode, Is.Zero, known.Output);
        Assert.That(sink.Count, Is.EqualTo(1));
        Assert.That(await relay.WholeLogAsync(), Does.Not.Contain("päss word"));
    }

    [Test]
    public async Task A_large_mail_and_many_small_ones_pass_through_one_TLS_session()
    {
        var (relay, sink) = await StartAsync(Configuration(CertificateFile("localhost")));
        await using var client = await SecureSmtpClient.OpenAsync(relay.Port);
        var large = TestMessages.OfSize(5_000_000);

        Assert.That(await client.SendMailAsync(large), Does.StartWith("250 "));
        for (var number = 0; number < 200; number++)
        {
            Assert.That(await client.SendMailAsync(TestMessages.Small), Does.StartWith("250 "));
        }

        Assert.That(sink.Count, Is.EqualTo(201));
        Assert.That(sink.Messages.First().Content, Does.EndWith(large));
    }

    [Test]
    public async Task Sslscan_finds_nothing_weak()
    {
        var (relay, _) = await StartAsync(Configuration(CertificateFile("localhost", isRsa: true)));

        var scan = await ProcessRunner.RunAsync(
            "sslscan",
            ["--no-colour", "--starttls-smtp", FormattableString.Invariant($"127.0.0.1:{relay.Port}")],
            TimeSpan.FromMinutes(2)
        );

        Assert.That(scan.ExitCode, Is.Zero, scan.Output);
        foreach (var old in new[] { "SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1" })
        {
            Assert.That(scan.Output, Does.Match($@"{old}\s+disabled"));
        }

        Assert.That(scan.Output, Does.Match(@"TLSv1\.2\s+enabled").And.Match(@"TLSv1\.3\s+enabled"));
        Assert.That(scan.Output, Does.Contain("Compression disabled").Or.Contain("OpenSSL version does not support compression"));
        Assert.That(scan.Output, Does.Contain("Session renegotiation not supported"));
        Assert.That(scan.Output, Does.Not.Match("TLSv1.[23] vulnerable to heartbleed"));
        var suites = Regex.Matches(
            scan.Output,
            @"^(Accepted|Preferred) .*",
            RegexOptions.Multiline | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)
        );
        Assert.That(suites, Is.Not.Empty);
        Assert.That(suites.Select(suite => suite.Value), Has.All.Match(@" (128|256) bits  (TLS_|ECDHE-)\S+SHA(256|384) "));
    }

    private RelayConfiguration Configuration(params string[] certificates) =>
        new RelayConfiguration()
            .Set("Listeners:smtp:Tls", "StartTls")
            .Set("Listeners:smtps:Address", $"127.0.0.1:{_implicitPort}")
            .Set("Listeners:smtps:Tls", "Implicit")
            .Set("Tls:Certificates", certificates.Select(file => new { Path = PathOf(file) }).ToArray());

    private async Task<(RelayUnderTest Relay, CountingSink Sink)> StartAsync(RelayConfiguration configuration)
    {
        var sink = StartCountingSink(keepMessages: true);
        return (await StartRelayAsync(configuration.Upstream("a", sink.Address)), sink);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>Writes a new certificate with its key, at once as a careful tool does, and returns the file's name.</summary>
    private string CertificateFile(string name, bool isRsa = false, string? file = null)
    {
        using var certificate = TestCertificate.Create([name], isRsa);
        var path = PathOf(file ?? name + ".pem");
        File.WriteAllText(path + ".new", TestCertificate.Pem(certificate));
        File.Move(path + ".new", path, overwrite: true);
        return Path.GetFileName(path);
    }

    private static async Task<string> SubjectAsync(int port, params string[] name)
    {
        var result = await ConnectOpensslAsync(port, name.Length == 0 ? ["-noservername"] : ["-servername", name[0]]);
        return result.Output.Split('\n').First(line => line.StartsWith("subject=", StringComparison.Ordinal))["subject=".Length..].Trim();
    }

    /// <summary>Does a handshake, says QUIT and reads to the end: tickets come behind the handshake.</summary>
    private static Task<ProcessResult> ConnectOpensslAsync(int port, params string[] options) =>
        ProcessRunner.RunAsync(
            "sh",
            [
                "-c",
                "printf 'QUIT\\r\\n' | openssl s_client -ign_eof \"$@\"",
                "sh",
                "-starttls",
                "smtp",
                "-connect",
                FormattableString.Invariant($"127.0.0.1:{port}"),
                .. options,
            ]
        );

    /// <summary>Goes when the relay has ended, which would miss its files otherwise.</summary>
    private sealed class CertificateFolder(DirectoryInfo folder) : IDisposable
    {
        public void Dispose() => folder.Delete(recursive: true);
    }
}
