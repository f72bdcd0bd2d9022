using Relay.Core.Reception.Extensions;

namespace Relay.Tests.Reception.Tls;

internal sealed class StartTlsTests : TlsFixture
{
    [Test]
    public async Task Without_TLS_it_is_neither_offered_nor_known()
    {
        var client = ConnectRaw();
        await client.ReadReplyAsync();

        Assert.That(await client.SayAsync("EHLO me"), Does.Not.Contain("STARTTLS"));
        Assert.That(await client.SayAsync("STARTTLS"), Does.StartWith("502 5.5.1 "));
    }

    [Test]
    public async Task A_message_comes_over_TLS_and_its_Received_field_says_so()
    {
        UseTls();
        var client = await ConnectSecureAsync();
        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA");
        await client.SendRawAsync(new string('x', 500) + "\r\n.\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        var text = Sink.Messages.Single().Body;
        Assert.That(text, Does.Match(@"^Received: from me \(\[127\.0\.0\.1\]\)\r\n\tby relay\.example\.com with ESMTPS id "));
        Assert.That(text, Does.Match(@"\r\n\ttls TLS_[A-Z0-9_]+ \(TLS1\.[23]\);\r\n"));
        Assert.That(await client.SayAsync("QUIT"), Does.StartWith("221 "));
        Assert.That(await client.ReadToEndAsync(), Is.Empty, "an end that TLS announced");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task REQUIRETLS_is_offered_within_TLS_where_a_server_behind_offers_it(bool isKept)
    {
        UseTls();
        var servers = new ServersBehind(static () => true, static () => true, () => isKept);
        Settings = Settings with { Extensions = StandardExtensions.Create(100_000, startTls: true, servers: servers) };
        var plain = ConnectRaw();
        await plain.ReadReplyAsync();
        Assert.That(await plain.SayAsync("EHLO me"), Does.Contain("STARTTLS").And.Not.Contain("REQUIRETLS"));
        Assert.That(await plain.SayAsync("MAIL FROM:<a@example.com> REQUIRETLS"), Does.StartWith("555 5.5.4 "));
        var client = await ConnectSecureAsync();

        Assert.That(await client.SayAsync("EHLO me"), isKept ? Does.Contain("REQUIRETLS") : Does.Not.Contain("REQUIRETLS"));
        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com> REQUIRETLS"), Does.StartWith(isKept ? "250 " : "555 5.5.4 "));
        if (isKept)
        {
            await client.SayAllAsync("RCPT TO:<b@example.com>", "DATA");
            await client.SendRawAsync("x\r\n.\r\n");
            Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
            Assert.That(Sink.Messages.Single().Message.Envelope.RequireTls, Is.True);
            Assert.That(await client.SayAsync("MAIL FROM:<a@example.com> REQUIRETLS=1"), Does.StartWith("501 5.5.4 "));
        }
    }

    [Test]
    public async Task Within_TLS_it_is_not_offered_again()
    {
        UseTls();
        var client = ConnectRaw();
        await client.ReadReplyAsync();
        Assert.That(await client.SayAsync("EHLO me"), Does.Contain("STARTTLS"));
        await client.SayAllAsync("STARTTLS");
        await client.SecureAsync();

        Assert.That(await client.SayAsync("EHLO me"), Does.StartWith("250-").And.Not.Contain("STARTTLS"));
        Assert.That(await client.SayAsync("STARTTLS"), Does.StartWith("503 5.5.1 "));
    }

    [Test]
    public async Task What_was_said_before_is_forgotten()
    {
        UseTls();
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "STARTTLS");
        await client.SecureAsync();

        Assert.That(await client.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith("503 "));
        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com>"), Does.StartWith("503 5.5.1 Send EHLO"));
    }

    [TestCase("STARTTLS\r\nRSET\r\n")]
    [TestCase("STARTTLS\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n")]
    [TestCase("STARTTLS\r\nhalf a li")]
    [TestCase("NOOP\r\nSTARTTLS\r\nEHLO evil\r\n")]
    public async Task What_stands_behind_it_is_never_run(string injected)
    {
        UseTls();
        var client = await ConnectAsync();
        await client.SendRawAsync(injected);

        var said = await client.ReadToEndAsync();

        Assert.That(said, Does.Not.Contain("220 "));
        Assert.That(said, Does.EndWith("554 5.5.0 Nothing may follow STARTTLS before the handshake\r\n"));
        Assert.That(Sink.Messages, Is.Empty);
    }

    [Test]
    public async Task A_command_in_place_of_the_handshake_ends_the_session_without_a_reply()
    {
        UseTls();
        var client = await ConnectAsync();
        await client.SayAllAsync("STARTTLS");
        await client.SendRawAsync("EHLO evil\r\nMAIL FROM:<a@example.com>\r\n");

        Assert.That(await client.ReadToEndAsync(), Does.Not.Contain("250"));
    }

    [Test]
    public async Task It_takes_no_argument()
    {
        UseTls();
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("STARTTLS now"), Does.StartWith("501 5.5.4 "));
        await client.SayAllAsync("NOOP");
    }

    [TestCase("HELO me")]
    [TestCase("MAIL FROM:<a@example.com>")]
    [TestCase("RCPT TO:<b@example.com>")]
    [TestCase("DATA")]
    [TestCase("RSET")]
    [TestCase("VRFY me")]
    [TestCase("HELP")]
    public async Task Where_it_is_required_nothing_goes_before_it(string command)
    {
        UseTls(isRequired: true);
        var client = await ConnectAsync();
        await client.SayAllAsync("NOOP", "EHLO me");

        Assert.That(await client.SayAsync(command), Is.EqualTo("530 5.7.0 Must issue a STARTTLS command first"));
        await client.SayAllAsync("STARTTLS");
        await client.SecureAsync();
        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>");
    }

    [Test]
    public async Task On_a_listener_with_implicit_TLS_the_greeting_comes_within_it()
    {
        UseTls(isImplicit: true);
        var client = ConnectRaw();
        await client.SecureAsync();

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("220 "));
        Assert.That(await client.SayAsync("EHLO me"), Does.StartWith("250-").And.Not.Contain("STARTTLS"));
        Assert.That(await client.SayAsync("STARTTLS"), Does.StartWith("502 "));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_handshake_that_does_not_come_to_its_end_is_ended(bool isBegun)
    {
        UseTls();
        var client = await ConnectAsync();
        await client.SayAllAsync("STARTTLS");
        if (isBegun)
        {
            await client.SendRawAsync("\x16\x03\x01\x02\x00half of a client's greeting");
        }

        await UntilAsync(() =>
        {
            Pass(TimeSpan.FromSeconds(31));
            return client.Session.IsCompleted;
        });

        Assert.That(Log.Lines.Select(line => line.Text), Has.Some.Contains("TLS handshake with 127.0.0.1 failed: it took too long"));
    }

    [Test]
    public async Task A_client_that_is_silent_within_TLS_is_told_and_closed()
    {
        UseTls();
        var client = await ConnectSecureAsync();
        await client.SayAllAsync("EHLO me");

        await UntilAsync(() =>
        {
            Pass(TimeSpan.FromMinutes(6));
            return client.Session.IsCompleted;
        });

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
    }

    [Test]
    public async Task A_drain_reaches_a_session_that_waits_within_TLS()
    {
        UseTls();
        var client = await ConnectSecureAsync();
        await client.SayAllAsync("EHLO me");

        Registry.BeginDrain();

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
    }

    [Test]
    public async Task A_client_that_hangs_up_behind_its_dot_has_not_handed_the_message_over()
    {
        UseTls();
        using var closed = new CancellationTokenSource();
        Sink.OnMessage = async (_, gone) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(gone);
            return new(250, null, "taken");
        };
        var client = await ConnectAsync(clientClosed: closed.Token);
        await client.SayAllAsync("STARTTLS");
        await client.SecureAsync();
        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA");
        await client.SendRawAsync("Hello\r\n.\r\n");
        await UntilAsync(() => Sink.Messages.Count == 1);

        await closed.CancelAsync();

        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_client_that_has_said_QUIT_behind_its_dot_is_not_gone()
    {
        UseTls();
        var answer = new TaskCompletionSource<Core.Messages.SmtpReply>();
        Sink.OnMessage = (_, gone) => gone.CanBeCanceled ? throw new OperationCanceledException(gone) : new(answer.Task);
        using var closed = new CancellationTokenSource();
        var client = await ConnectAsync(clientClosed: closed.Token);
        await client.SayAllAsync("STARTTLS");
        var tls = await client.SecureAsync();
        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA");
        await client.SendRawAsync("Hello\r\n.\r\nQUIT\r\n");
        await tls.ShutdownAsync();
        await UntilAsync(() => Sink.Messages.Count == 1);

        answer.SetResult(new(250, null, "taken"));

        Assert.That(await client.ReadToEndAsync(), Is.EqualTo("250 taken\r\n221 2.0.0 Bye\r\n"));
    }
}
