using System.Text;
using Relay.Core.Configuration;

namespace Relay.Tests.Reception;

internal sealed class AuthTests : LoginFixture
{
    [Test]
    public async Task EHLO_offers_AUTH_until_the_client_has_logged_in()
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("EHLO me"), Does.EndWith("250 AUTH SCRAM-SHA-256 PLAIN LOGIN"));
        Assert.That(await client.SayAsync(Plain("app")), Is.EqualTo("235 2.7.0 Authentication successful"));
        Assert.That(await client.SayAsync("EHLO me"), Does.Not.Contain("AUTH"));
        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("503 5.5.1 "), "not twice");
    }

    [Test]
    public async Task Without_TLS_it_is_not_offered_unless_the_listener_allows_it()
    {
        Listener = new ListenerOptions();
        UseLogins();
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("EHLO me"), Does.Not.Contain("AUTH"));
        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("538 5.7.11 "));
    }

    [Test]
    public async Task Without_users_there_is_no_AUTH()
    {
        Access = new AccessOptions();
        UseLogins();
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("EHLO me"), Does.Not.Contain("AUTH"));
        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("502 5.5.1 "));
        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com> AUTH=<>"), Does.StartWith("555 5.5.4 "));
    }

    [TestCase("app", "pencil", "", "235 2.7.0 ")]
    [TestCase("APP", "pencil", "", "235 2.7.0 ", Description = "names have no case")]
    [TestCase("app", "pencil", "app", "235 2.7.0 ")]
    [TestCase("app", "pencil", "bound", "535 5.7.8 ", Description = "nobody may act for another")]
    [TestCase("app", "Pencil", "", "535 5.7.8 ")]
    [TestCase("app", "pencil ", "", "535 5.7.8 ")]
    [TestCase("nobody", "pencil", "", "535 5.7.8 ")]
    [TestCase("app", "", "", "501 5.5.2 ")]
    [TestCase("", "pencil", "", "501 5.5.2 ")]
    [TestCase("app", "pen\0cil", "", "501 5.5.2 ")]
    public async Task PLAIN_takes_a_name_and_a_password(string user, string password, string authority, string reply)
    {
        var client = await ConnectAsync("192.0.2.1");

        Assert.That(await client.SayAsync(Plain(user, password, authority)), Does.StartWith(reply));
        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com>"), Does.StartWith("250 "));
        Assert.That(await client.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith(reply[0] == '2' ? "250 " : "550 5.7.1 "));
    }

    [Test]
    public async Task PLAIN_without_an_initial_response_is_asked_for_it()
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("auth plain"), Is.EqualTo("334 "));
        Assert.That(await client.SayAsync(Encode("\0app\0pencil")), Does.StartWith("235 "));
    }

    [Test]
    public async Task LOGIN_asks_for_the_name_and_the_password()
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("AUTH LOGIN"), Is.EqualTo("334 VXNlcm5hbWU6"));
        Assert.That(await client.SayAsync(Encode("app")), Is.EqualTo("334 UGFzc3dvcmQ6"));
        Assert.That(await client.SayAsync(Encode("wrong")), Does.StartWith("535 5.7.8 "));

        Assert.That(await client.SayAsync("AUTH LOGIN " + Encode("app")), Is.EqualTo("334 UGFzc3dvcmQ6"));
        Assert.That(await client.SayAsync(Encode("pencil")), Does.StartWith("235 2.7.0 "));
    }

    [TestCase("app", "pencil", "235 2.7.0 ")]
    [TestCase("app", "wrong", "535 5.7.8 ")]
    [TestCase("nobody", "pencil", "535 5.7.8 ")]
    public async Task SCRAM_needs_the_password_and_never_sees_it(string user, string password, string reply)
    {
        var client = await ConnectAsync();

        Assert.That(await ScramAsync(client, user, password), Does.StartWith(reply));
        Assert.That(Authenticator.Passwords.Computed, Is.Zero, "PBKDF2 is the client's work");
    }

    [TestCase("AUTH", "501 5.5.4 ")]
    [TestCase("AUTH CRAM-MD5", "504 5.5.4 ")]
    [TestCase("AUTH PLAIN not base64", "501 5.5.2 ")]
    [TestCase("AUTH PLAIN AGFwcABwZW5jaWw", "501 5.5.2 ", Description = "not padded")]
    [TestCase("AUTH PLAIN =", "501 5.5.2 ", Description = "of no octets")]
    [TestCase("AUTH PLAIN\n*", "501 5.7.0 ")]
    [TestCase("AUTH LOGIN\n*", "501 5.7.0 ")]
    [TestCase("AUTH LOGIN\n!", "501 5.5.2 ")]
    [TestCase("AUTH LOGIN\n YXBw", "501 5.5.2 ")]
    [TestCase("AUTH SCRAM-SHA-256 =", "501 5.5.2 ")]
    public async Task Each_misuse_has_its_reply_and_the_session_goes_on(string lines, string reply)
    {
        var client = await ConnectAsync();
        var last = "";
        foreach (var line in lines.Split('\n'))
        {
            last = await client.SayAsync(line);
        }

        Assert.That(last, Does.StartWith(reply));
        Assert.That(await client.SayAsync("NOOP"), Does.StartWith("250 "));
        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("235 "));
    }

    [TestCase(12_288, "501 5.5.2 ")]
    [TestCase(12_292, "500 5.5.6 ")]
    [TestCase(1_000_000, "500 5.5.6 ")]
    public async Task A_line_may_have_12288_octets(int length, string reply)
    {
        var client = await ConnectAsync();
        await client.SayAsync("AUTH PLAIN");

        Assert.That(await client.SayAsync(new string('A', length)), Does.StartWith(reply));
        Assert.That(await client.SayAsync("NOOP"), Does.StartWith("250 "));
    }

    [TestCase("MAIL FROM:<a@example.com>")]
    [TestCase("MAIL FROM:<a@example.com>\nRCPT TO:<b@example.com>")]
    public async Task It_does_not_come_within_a_transaction(string lines)
    {
        var client = await ConnectAsync();
        await client.SayAllAsync(lines.Split('\n'));

        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("503 5.5.1 "));
        await client.SayAllAsync("RSET", Plain("app"));
    }

    [Test]
    public async Task It_does_not_come_before_EHLO_nor_after_HELO()
    {
        var client = ConnectRaw();
        await client.ReadReplyAsync();

        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("503 5.5.1 "));
        await client.SayAsync("HELO me");
        Assert.That(await client.SayAsync(Plain("app")), Does.StartWith("503 5.5.1 "));
    }

    [Test]
    public async Task A_silent_client_is_told_421()
    {
        var client = await ConnectAsync();
        await client.SayAsync("AUTH LOGIN");
        Pass(Settings.Limits.CommandTimeout + TimeSpan.FromSeconds(2));

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
    }

    [Test]
    public async Task A_shutdown_ends_a_login()
    {
        var client = await ConnectAsync();
        await client.SayAsync("AUTH LOGIN");
        Registry.CloseAll();

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
    }

    [Test]
    public async Task Commands_behind_a_login_in_one_write_are_run()
    {
        var client = await ConnectAsync("192.0.2.1");

        await client.SendRawAsync(Plain("app") + "\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n");

        Assert.That((await client.ReadRepliesAsync(3)).Select(reply => reply[..3]), Is.EqualTo(["235", "250", "250"]));
    }

    [Test]
    public async Task A_listener_may_require_a_login()
    {
        Listener = Listener with { RequireAuth = true };
        UseLogins();
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com>"), Does.StartWith("530 5.7.0 "), "from a network that may relay too");
        await client.SayAllAsync("NOOP", "RSET", Plain("app"), "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");
    }

    [TestCase("a@example.com", "250 2.1.0 ")]
    [TestCase("A@EXAMPLE.COM", "250 2.1.0 ")]
    [TestCase("a@example.org", "553 5.7.1 ")]
    [TestCase("a@sub.example.com", "553 5.7.1 ")]
    [TestCase("a@example.com@example.org", "501 5.1.7 ")]
    [TestCase("@example.com:a@example.org", "553 5.7.1 ")]
    [TestCase("\"a@example.com\"@example.org", "553 5.7.1 ")]
    [TestCase("", "553 5.7.1 ")]
    public async Task A_user_bound_to_senders_may_be_no_other(string sender, string reply)
    {
        var client = await ConnectAsync();
        await client.SayAllAsync(Plain("bound"));

        Assert.That(await client.SayAsync($"MAIL FROM:<{sender}>"), Does.StartWith(reply));
    }

    [Test]
    public async Task The_message_knows_its_user_and_the_trace_field_tells_that_there_was_one()
    {
        var client = await ConnectAsync("192.0.2.1");
        await client.SayAllAsync(
            Plain("APP"),
            "MAIL FROM:<a@example.com> AUTH=a@example.com",
            "RCPT TO:<b@example.com>",
            "DATA",
            "Subject: x\r\n\r\n."
        );

        var (message, body) = Sink.Messages.Single();
        Assert.That((message.Origin.User, message.Origin.IsTrusted), Is.EqualTo(("app", true)));
        Assert.That(body, Does.Contain(" with ESMTPA id ").And.Not.Contain("app"));
    }

    [Test]
    public async Task Nothing_that_a_client_sends_to_log_in_is_logged()
    {
        string[] secrets =
        [
            "pencil",
            "hunter2",
            "typed-in-the-wrong-field",
            Encode("\0app\0pencil"),
            Encode("hunter2"),
            Encode("typed-in-the-wrong-field"),
        ];
        var client = await ConnectAsync();
        await client.SayAsync(Plain("app", "hunter2"));
        await client.SayAsync(Plain("typed-in-the-wrong-field", "hunter2"));
        await client.SayAsync("AUTH LOGIN");
        await client.SayAsync(Encode("typed-in-the-wrong-field"));
        await client.SayAsync(Encode("hunter2"));
        await ScramAsync(client, "typed-in-the-wrong-field", "hunter2");
        await client.SayAsync("AUTH PLAIN hunter2!");
        await client.SayAsync("AUTH hunter2");
        await client.SayAllAsync(Plain("app"), "QUIT");
        await client.ReadToEndAsync();

        var lines = Log.Lines.Select(line => line.Text).ToList();
        Assert.That(lines, Has.Some.Contains("failed to log in as app by PLAIN").And.Some.Contains("as nobody known by LOGIN"));
        Assert.That(lines.Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void A_hash_serves_every_mechanism_and_is_written_as_RFC_5803_does()
    {
        Assert.That(Hash, Does.Match(@"^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$"));
        Assert.That(PasswordHash.TryParse(Hash, out var hash), Is.True);
        Assert.That((hash!.Matches("pencil"u8), hash.Matches("pencils"u8), hash.Format()), Is.EqualTo((true, false, Hash)));
        Assert.That(Encoding.UTF8.GetString(hash.Salt.Span), Does.Not.Contain(Password));
    }
}
