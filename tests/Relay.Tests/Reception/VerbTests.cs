namespace Relay.Tests.Reception;

internal sealed class VerbTests : ReceptionFixture
{
    [Test]
    public async Task Greeting_and_EHLO_name_the_host_and_offer_the_extensions()
    {
        var client = ConnectRaw();

        Assert.That(await client.ReadReplyAsync(), Is.EqualTo("220 relay.example.com ESMTP Relay"));
        Assert.That(
            (await client.SayAsync("EHLO client.example.com")).Split('\n'),
            Is.EqualTo([
                "250-relay.example.com",
                "250-PIPELINING",
                "250-SIZE 26214400",
                "250-8BITMIME",
                "250-SMTPUTF8",
                "250-ENHANCEDSTATUSCODES",
                "250-DSN",
                "250 CHUNKING",
            ])
        );
    }

    [TestCase("HELO client.example.com", "250 relay.example.com")]
    [TestCase("EHLO", "501 5.5.4 ")]
    [TestCase("HELO", "501 5.5.4 ")]
    [TestCase("EHLO a\tb", "501 5.5.4 ")]
    [TestCase("NOOP", "250 2.0.0 ")]
    [TestCase("NOOP anything", "250 2.0.0 ")]
    [TestCase("RSET", "250 2.0.0 ")]
    [TestCase("RSET now", "501 5.5.4 ")]
    [TestCase("VRFY somebody", "252 2.0.0 ")]
    [TestCase("VRFY", "501 5.5.4 ")]
    [TestCase("HELP", "214 2.0.0 ")]
    [TestCase("EXPN list", "502 5.5.1 ")]
    [TestCase("TURN", "502 5.5.1 ")]
    [TestCase("STARTTLS", "502 5.5.1 ")]
    [TestCase("AUTH PLAIN AAA=", "502 5.5.1 ")]
    [TestCase("XCLIENT ADDR=127.0.0.1", "550 5.7.0 ")]
    [TestCase("XYZZY", "500 5.5.1 ")]
    [TestCase("", "500 5.5.1 ")]
    [TestCase("mail from:<a@example.com>", "250 2.1.0 ")]
    [TestCase("MAIL FROM:<>", "250 2.1.0 ")]
    [TestCase("MAIL a@example.com", "501 5.1.7 ")]
    [TestCase("MAIL FROM:<a", "501 5.1.7 ")]
    public async Task Each_command_has_its_reply(string line, string reply)
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync(line), Does.StartWith(reply));
    }

    [TestCase("RCPT TO:<b@example.com>", "250 2.1.5 ")]
    [TestCase("RCPT TO:<postmaster>", "250 2.1.5 ")]
    [TestCase("RCPT TO:<>", "501 5.1.3 ")]
    [TestCase("RCPT TO:b@example.com", "501 5.1.3 ")]
    [TestCase("RCPT FROM:<b@example.com>", "501 5.1.3 ")]
    [TestCase("DATA now", "554 5.5.1 ", Description = "no recipient yet")]
    public async Task Each_command_of_a_transaction_has_its_reply(string line, string reply)
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");

        Assert.That(await client.SayAsync(line), Does.StartWith(reply));
    }

    [Test]
    public async Task DATA_takes_no_argument_and_asks_for_the_message()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");

        Assert.That(await client.SayAsync("DATA now"), Does.StartWith("501 5.5.4 "));
        Assert.That(await client.SayAsync("DATA"), Does.StartWith("354 "));
    }

    [Test]
    public async Task QUIT_is_answered_and_the_session_ends()
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("QUIT"), Does.StartWith("221 2.0.0 "));
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [TestCase("NOOP\nNOOP\r\n")]
    [TestCase("NOOP\rNOOP\r\n")]
    [TestCase("NOOP\0\r\n")]
    [TestCase("NOOP \u00ff\r\n")]
    [TestCase("NOOP\n")]
    public async Task A_line_that_is_no_command_line_is_refused_whole(string wire)
    {
        var client = await ConnectAsync();

        await client.SendRawAsync(wire);

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("500 5.5.2 "));
        Assert.That(await client.SayAsync("HELP"), Does.StartWith("214 "), "one reply only");
    }

    [Test]
    public async Task A_line_that_is_too_long_is_skipped_to_its_end()
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("NOOP " + new string('a', 100_000)), Does.StartWith("500 5.5.2 "));
        Assert.That(await client.SayAsync("HELP"), Does.StartWith("214 "));
    }

    [TestCase("GET / HTTP/1.1")]
    [TestCase("POST /api HTTP/1.0")]
    [TestCase("CONNECT example.com:25 HTTP/1.1")]
    public async Task An_HTTP_request_is_told_where_it_has_come_to_and_closed(string line)
    {
        var client = ConnectRaw();
        await client.ReadReplyAsync();

        await client.SendRawAsync(line + "\r\nHost: example.com\r\nContent-Length: 20\r\n\r\nMAIL FROM:<a@b.c>\r\n");

        Assert.That(await client.ReadToEndAsync(), Is.EqualTo("421 4.7.0 This is an SMTP server, not HTTP; closing the connection\r\n"));
    }
}
