using Relay.Core.Reception;
using Relay.Core.Smtp;

namespace Relay.Tests.Reception;

internal sealed class SessionRulesTests : ReceptionFixture
{
    [TestCase(SmtpVerb.Mail, "503 ok 503 503 503")]
    [TestCase(SmtpVerb.Rcpt, "503 503 ok ok 503")]
    [TestCase(SmtpVerb.Data, "503 503 554 ok 503")]
    [TestCase(SmtpVerb.Bdat, "503 503 503 ok ok")]
    [TestCase(SmtpVerb.XClient, "ok ok 503 503 503")]
    [TestCase(SmtpVerb.Ehlo, "ok ok ok ok ok")]
    [TestCase(SmtpVerb.Helo, "ok ok ok ok ok")]
    [TestCase(SmtpVerb.Rset, "ok ok ok ok ok")]
    [TestCase(SmtpVerb.Noop, "ok ok ok ok ok")]
    [TestCase(SmtpVerb.Vrfy, "ok ok ok ok ok")]
    [TestCase(SmtpVerb.Help, "ok ok ok ok ok")]
    [TestCase(SmtpVerb.Quit, "ok ok ok ok ok")]
    [TestCase(SmtpVerb.Auth, "503 ok 503 503 503")]
    public void The_table_says_which_command_may_come_when(object verb, string connectedReadySenderRecipientsChunks)
    {
        var replies = Enum.GetValues<SessionState>()
            .Select(state => SessionRules.Check((SmtpVerb)verb, state)?.Code.ToString("D", null) ?? "ok");

        Assert.That(string.Join(' ', replies), Is.EqualTo(connectedReadySenderRecipientsChunks));
    }

    [Test]
    public async Task Nothing_of_a_transaction_comes_before_EHLO()
    {
        var client = ConnectRaw();
        await client.ReadReplyAsync();

        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com>"), Does.StartWith("503 5.5.1 "));
        Assert.That(await client.SayAsync("NOOP"), Does.StartWith("250 "));
    }

    [Test]
    public async Task MAIL_after_a_refused_recipient_is_a_second_MAIL()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        await client.SayAsync("RCPT TO:<>");

        Assert.That(await client.SayAsync("MAIL FROM:<c@example.com>"), Does.StartWith("503 5.5.1 "));
        await client.SayAllAsync("RSET", "MAIL FROM:<c@example.com>");
    }

    [TestCase("RSET")]
    [TestCase("EHLO again.example.com")]
    [TestCase("HELO again.example.com")]
    public async Task A_transaction_is_given_up_by(string line)
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", line);

        Assert.That(await client.SayAsync("DATA"), Does.StartWith("503 5.5.1 "));
    }

    [Test]
    public async Task A_refused_MAIL_opens_no_transaction()
    {
        var client = await ConnectAsync();
        await client.SayAsync("MAIL FROM:<a@example.com> SIZE=999999999999");

        Assert.That(await client.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith("503 5.5.1 "));
    }

    [Test]
    public async Task DATA_pipelined_behind_recipients_that_are_all_refused_is_refused_and_a_dot_behind_it_is_an_unknown_command()
    {
        Sink.OnRecipient = _ => new(451, new(4, 7, 1), "later");
        var client = await ConnectAsync();

        await client.SendRawAsync(
            "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n.\r\nRSET\r\n"
        );

        var codes = (await client.ReadRepliesAsync(6)).Select(reply => reply[..9]);
        Assert.That(codes, Is.EqualTo(["250 2.1.0", "451 4.7.1", "451 4.7.1", "554 5.5.1", "500 5.5.1", "250 2.0.0"]));
    }
}
