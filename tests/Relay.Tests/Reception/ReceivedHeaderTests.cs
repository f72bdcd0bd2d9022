using System.Text.RegularExpressions;

namespace Relay.Tests.Reception;

internal sealed class ReceivedHeaderTests : ReceptionFixture
{
    [Test]
    public async Task One_field_is_put_in_front()
    {
        var header = await ReceiveAsync("127.0.0.1", "EHLO client.example.com", "", "b@example.com");

        Assert.That(
            header,
            Is.EqualTo(
                $"Received: from client.example.com ([127.0.0.1])\r\n\tby relay.example.com with ESMTP id {Sink.Messages.Single().Message.Id}"
                    + "\r\n\tfor <b@example.com>;\r\n\tTue, 24 Nov 2026 06:05:04 +0000\r\n"
            )
        );
    }

    [TestCase("HELO me", "", "with SMTP ")]
    [TestCase("EHLO me", "", "with ESMTP ")]
    [TestCase("EHLO me", " SMTPUTF8", "with UTF8SMTP ")]
    public async Task The_protocol_is_named(string hello, string parameters, string expected) =>
        Assert.That(await ReceiveAsync("127.0.0.1", hello, parameters, "b@example.com"), Does.Contain(expected));

    [TestCase("::1", " ([IPv6:::1])\r\n")]
    [TestCase("::ffff:127.0.0.1", " ([127.0.0.1])\r\n")]
    public async Task The_address_is_a_literal_of_RFC_5321(string client, string expected) =>
        Assert.That(await ReceiveAsync(client, "EHLO me", "", "b@example.com"), Does.Contain("from me" + expected));

    [Test]
    public async Task A_client_without_an_address_has_only_its_name()
    {
        Settings = Settings with { Access = null };
        Assert.That(await ReceiveAsync(null, "EHLO me", "", "b@example.com"), Does.StartWith("Received: from me\r\n\tby "));
    }

    [Test]
    public async Task Several_recipients_are_not_told_of_each_other() =>
        Assert.That(
            await ReceiveAsync("127.0.0.1", "EHLO me", "", "b@example.com", "c@example.com"),
            Does.Not.Contain(" for ").And.Not.Contain("\tfor")
        );

    [Test]
    public async Task A_source_route_is_left_out() =>
        Assert.That(await ReceiveAsync("127.0.0.1", "EHLO me", "", "@x.example:b@example.com"), Does.Contain("for <b@example.com>;"));

    [Test]
    public async Task A_recipient_of_great_length_is_left_out()
    {
        var header = await ReceiveAsync("127.0.0.1", "EHLO " + new string('m', 255), "", new string('b', 800) + "@example.com");

        Assert.That(header, Does.Not.Contain("for <").And.EndsWith("+0000\r\n"));
    }

    [TestCase("EHLO a;b(c)\"d\"", "from a?b?c??d? (")]
    [TestCase("EHLO a\u001b[31m", null, Description = "refused by EHLO")]
    [TestCase("EHLO é.example", "from ?.example (")]
    [TestCase("EHLO [192.0.2.1]", "from [192.0.2.1] (")]
    public async Task What_a_client_calls_itself_cannot_harm_the_field(string hello, string? expected)
    {
        if (expected is null)
        {
            var client = ConnectRaw();
            await client.ReadReplyAsync();
            Assert.That(await client.SayAsync(hello), Does.StartWith("501 "));
            return;
        }

        Assert.That(await ReceiveAsync("127.0.0.1", hello, "", "b@example.com"), Does.Contain(expected));
    }

    [Test]
    public async Task An_embedded_mailbox_stamps_nothing()
    {
        Settings = Settings with { StampReceived = false };

        Assert.That(await ReceiveAsync("127.0.0.1", "EHLO me", "", "b@example.com"), Is.Empty);
        Assert.That(Sink.Messages.Single().Body, Is.EqualTo("Subject: x\r\n\r\nbody\r\n"));
    }

    [Test]
    public async Task Lines_are_short_and_the_field_is_ASCII()
    {
        var header = await ReceiveAsync("127.0.0.1", "EHLO " + new string('m', 255), " SMTPUTF8", new string('b', 240) + "@example.com");

        Assert.That(header.Split("\r\n"), Has.All.Length.LessThan(998));
        Assert.That(Regex.IsMatch(header, @"\A[\x20-\x7e\t\r\n]+\z", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private async Task<string> ReceiveAsync(string? address, string hello, string parameters, params string[] recipients)
    {
        var client = await ConnectAsync(address);
        await client.SayAllAsync(hello, "MAIL FROM:<a@example.com>" + parameters);
        await client.SayAllAsync([.. recipients.Select(recipient => $"RCPT TO:<{recipient}>"), "DATA", "Subject: x\r\n\r\nbody\r\n."]);
        var body = Sink.Messages.Single().Body;
        return body[..body.IndexOf("Subject: x", StringComparison.Ordinal)];
    }
}
