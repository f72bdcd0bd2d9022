using Relay.Core.Messages;
using Relay.Core.Reception.Extensions;

namespace Relay.Tests.Reception;

internal sealed class ExtensionTests : ReceptionFixture
{
    [TestCase("SIZE=100", "250 2.1.0 ")]
    [TestCase("SIZE=26214400", "250 2.1.0 ")]
    [TestCase("SIZE=26214401", "552 5.3.4 ")]
    [TestCase("SIZE=99999999999999999999", "552 5.3.4 ", Description = "twenty digits are allowed, and do not fit a long")]
    [TestCase("SIZE=-1", "501 5.5.4 ")]
    [TestCase("SIZE", "501 5.5.4 ")]
    [TestCase("SIZE=1 size=2", "501 5.5.4 ")]
    [TestCase("BODY=7BIT", "250 2.1.0 ")]
    [TestCase("body=8bitmime", "250 2.1.0 ")]
    [TestCase("BODY=BINARYMIME", "501 5.5.4 ")]
    [TestCase("SMTPUTF8", "250 2.1.0 ")]
    [TestCase("SMTPUTF8=1", "501 5.5.4 ")]
    [TestCase("RET=FULL ENVID=a+3Db", "250 2.1.0 ")]
    [TestCase("RET=SOME", "501 5.5.4 ")]
    [TestCase("ENVID=a=b", "501 5.5.4 ")]
    [TestCase("ENVID=", "501 5.5.4 ")]
    [TestCase("AUTH=<>", "555 5.5.4 ", Description = "not offered")]
    [TestCase("REQUIRETLS", "555 5.5.4 ")]
    [TestCase("NOTIFY=NEVER", "555 5.5.4 ", Description = "a parameter of RCPT")]
    [TestCase("?=1", "501 5.5.4 ")]
    public async Task Parameters_of_MAIL_are_checked(string parameters, string reply)
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com> " + parameters), Does.StartWith(reply));
    }

    [TestCase("NOTIFY=NEVER", "250 2.1.5 ")]
    [TestCase("NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;b@example.com", "250 2.1.5 ")]
    [TestCase("NOTIFY=NEVER,DELAY", "501 5.5.4 ")]
    [TestCase("NOTIFY=SOMETIMES", "501 5.5.4 ")]
    [TestCase("NOTIFY=SUCCESS,", "501 5.5.4 ")]
    [TestCase("ORCPT=b@example.com", "501 5.5.4 ")]
    [TestCase("ORCPT=rfc822;", "501 5.5.4 ")]
    [TestCase("ORCPT=rfc822;a=b", "501 5.5.4 ")]
    [TestCase("ORCPT=utf-8;\\x{E9}@example.com", "250 2.1.5 ")]
    [TestCase("ORCPT=rfc822;a ORCPT=rfc822;b", "501 5.5.4 ")]
    [TestCase("SIZE=1", "555 5.5.4 ", Description = "a parameter of MAIL")]
    public async Task Parameters_of_RCPT_are_checked(string parameters, string reply)
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");

        Assert.That(await client.SayAsync("RCPT TO:<b@example.com> " + parameters), Does.StartWith(reply));
    }

    [Test]
    public async Task Parameters_are_kept_in_the_envelope()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync(
            "MAIL FROM:<a@example.com> SIZE=10 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+3Db",
            "RCPT TO:<b@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@example.com",
            "RCPT TO:<grüße@example.com>",
            "DATA",
            "."
        );

        var envelope = Sink.Messages.Single().Message.Envelope;
        Assert.That(
            envelope with
            {
                Recipients = [],
            },
            Is.EqualTo(
                new Envelope
                {
                    Sender = new MailPath("a@example.com"),
                    Recipients = [],
                    Body = BodyType.EightBitMime,
                    SmtpUtf8 = true,
                    DeclaredSize = 10,
                    Return = DsnReturn.Headers,
                    EnvelopeId = "a+3Db",
                }
            )
        );
        Assert.That(
            envelope.Recipients,
            Is.EqualTo([
                new EnvelopeRecipient(new MailPath("b@example.com"), DsnNotify.Success | DsnNotify.Delay, "rfc822;c@example.com"),
                new EnvelopeRecipient(new MailPath("grüße@example.com")),
            ])
        );
    }

    [Test]
    public async Task An_address_beyond_ASCII_needs_SMTPUTF8()
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("MAIL FROM:<é@example.com>"), Does.StartWith("553 5.6.7 "));
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        Assert.That(await client.SayAsync("RCPT TO:<é@example.com>"), Does.StartWith("553 5.6.7 "));
    }

    [Test]
    public async Task Nothing_was_offered_to_a_client_that_said_HELO()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("HELO client.example.com");

        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com> SIZE=1"), Does.StartWith("555 5.5.4 "));
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        Assert.That(await client.SayAsync("RCPT TO:<b@example.com> NOTIFY=NEVER"), Does.StartWith("555 5.5.4 "));
    }

    [Test]
    public async Task Clients_are_told_how_many_recipients_a_message_may_have()
    {
        Settings = Settings with { Extensions = StandardExtensions.Create(100, maximumRecipients: 250) };
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("EHLO me"), Does.Contain("LIMITS RCPTMAX=250"));
    }

    [TestCase(true, true, "8BITMIME SMTPUTF8")]
    [TestCase(true, false, "8BITMIME")]
    [TestCase(false, true, "", Description = "SMTPUTF8 needs 8BITMIME")]
    public async Task What_the_servers_turn_out_to_lack_is_offered_no_more(bool eightBitMime, bool smtpUtf8, string offered)
    {
        var isKnown = false;
        var servers = new ServersBehind(() => !isKnown || eightBitMime, () => !isKnown || smtpUtf8, () => false);
        Settings = Settings with { Extensions = StandardExtensions.Create(100, servers: servers) };
        var client = await ConnectAsync();
        Assert.That(await client.SayAsync("EHLO me"), Does.Contain("8BITMIME").And.Contain("SMTPUTF8"));
        isKnown = true;

        var words = (await client.SayAsync("EHLO me")).Split(' ', '-', '\n').Where(word => word is "8BITMIME" or "SMTPUTF8");

        Assert.That(string.Join(' ', words), Is.EqualTo(offered));
    }

    [Test]
    public async Task What_no_server_behind_can_carry_is_not_offered_and_not_taken()
    {
        Settings = Settings with { Extensions = StandardExtensions.Create(100, eightBitMime: false) };
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("EHLO me"), Does.Not.Contain("8BITMIME").And.Not.Contain("SMTPUTF8"));
        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com> BODY=8BITMIME"), Does.StartWith("555 5.5.4 "));
        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com> SMTPUTF8"), Does.StartWith("555 5.5.4 "));
    }
}
