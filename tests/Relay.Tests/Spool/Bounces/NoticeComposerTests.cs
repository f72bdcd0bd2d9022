using System.Text;
using MimeKit;
using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Tests.Spool.Bounces;

public sealed class NoticeComposerTests
{
    [Test]
    public async Task A_notice_is_a_report_of_three_parts_from_the_mail_system_to_the_sender()
    {
        var composed = await SomeNotice.Of(NoticeKind.Failed, SomeNotice.Refused()).ComposeAsync();
        var message = composed.Message;

        Assert.That(message.From.ToString(), Is.EqualTo("\"Mail Delivery System\" <MAILER-DAEMON@relay.example.net>"));
        Assert.That(message.To.Mailboxes.Single().Address, Is.EqualTo("sender@example.com"));
        Assert.That(message.Subject, Is.EqualTo("Your message could not be delivered"));
        Assert.That(message.Date, Is.EqualTo(SomeNotice.Now));
        Assert.That(message.MessageId, Does.StartWith($"{new MessageId(12345)}.").And.EndsWith("@relay.example.net"));
        Assert.That(message.Headers["Auto-Submitted"], Is.EqualTo("auto-replied"));
        Assert.That(message.Headers["MIME-Version"], Is.EqualTo("1.0"));
        Assert.That(composed.Report.ReportType, Is.EqualTo("delivery-status"));
        Assert.That(
            composed.Report.Select(part => part.ContentType.MimeType),
            Is.EqualTo(["text/plain", "message/delivery-status", "text/rfc822-headers"])
        );
        Assert.That(composed.Traits, Is.EqualTo(BodyTraits.None));
    }

    [Test]
    public async Task All_lines_end_with_CRLF_and_none_is_longer_than_mail_allows()
    {
        var refused = SomeNotice.Recipient("a@example.org", SmtpReply.Parse(550, "5.1.1 " + new string('x', 5000)), "mx1");
        var composed = await SomeNotice.Of(NoticeKind.Failed, refused).ComposeAsync();
        var text = Encoding.ASCII.GetString(composed.Bytes);

        Assert.That(text, Does.EndWith($"--{composed.Report.Boundary}--\r\n"));
        Assert.That(text.Replace("\r\n", ""), Does.Not.Contain("\n").And.Not.Contain("\r"));
        Assert.That(text.Split("\r\n").Max(line => line.Length), Is.LessThanOrEqualTo(998));
    }

    [Test]
    public async Task The_same_notice_is_the_same_bytes_and_another_time_is_another_message()
    {
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Refused());

        var first = await notice.ComposeAsync();
        var again = await notice.ComposeAsync();
        var later = await (notice with { Now = SomeNotice.Now.AddHours(1) }).ComposeAsync();

        Assert.That(again.Bytes, Is.EqualTo(first.Bytes));
        Assert.That(later.Message.MessageId, Is.Not.EqualTo(first.Message.MessageId));
    }

    [Test]
    public async Task An_international_sender_is_told_in_UTF_8()
    {
        var notice = SomeNotice
            .Of(NoticeKind.Failed, SomeNotice.Recipient("жук@пример.рф", SmtpReply.Parse(550, "5.1.1 нет"), "mx1"))
            .With(envelope => envelope with { Sender = new MailPath("jürgen@example.com"), SmtpUtf8 = true });

        var composed = await notice.ComposeAsync("Subject: Grüße\r\n\r\nText\r\n");

        Assert.That(Encoding.UTF8.GetString(composed.Bytes), Does.Contain("\r\nTo: <jürgen@example.com>\r\n"));
        Assert.That(composed.Report.ReportType, Is.EqualTo("global-delivery-status"));
        Assert.That(
            composed.Report.Select(part => part.ContentType.MimeType),
            Is.EqualTo(["text/plain", "message/global-delivery-status", "message/global-headers"])
        );
        Assert.That(composed.Report[1].Headers["Content-Transfer-Encoding"], Is.EqualTo("8bit"));
        Assert.That(composed.RecipientFields()["Final-Recipient"], Is.EqualTo("utf-8; жук@пример.рф"));
        Assert.That(composed.RecipientFields()["Diagnostic-Code"], Is.EqualTo("smtp; 550 5.1.1 нет"));
        Assert.That(composed.Prose, Does.Contain("<жук@пример.рф> server mx1 said: 550 5.1.1 нет"));
        Assert.That(Encoding.UTF8.GetString(composed.OriginalBytes), Is.EqualTo("Subject: Grüße\r\n"));
        Assert.That(composed.Traits, Is.EqualTo(BodyTraits.EightBitHeader | BodyTraits.EightBitContent));
    }

    [Test]
    public async Task A_notice_between_ASCII_addresses_is_ASCII_whatever_the_server_said()
    {
        var refused = SomeNotice.Recipient(reply: SmtpReply.Parse(550, "5.1.1 unbekannter Empfänger"));
        var composed = await SomeNotice.Of(NoticeKind.Failed, refused).ComposeAsync();

        Assert.That(Ascii.IsValid(composed.Bytes), Is.True);
        Assert.That(composed.RecipientFields()["Diagnostic-Code"], Is.EqualTo("smtp; 550 5.1.1 unbekannter Empf?nger"));
    }

    [TestCase("a..b@example.com", "<\"a..b\"@example.com>")]
    [TestCase("\"a b\"@example.com", "<\"a b\"@example.com>")]
    [TestCase("\"a\"b\"@example.com", "<\"\\\"a\\\"b\\\"\"@example.com>")]
    [TestCase("\"a\\\"@example.com", "<\"\\\"a\\\\\\\"\"@example.com>")]
    [TestCase("@one,@two:user@example.com", "<user@example.com>")]
    [TestCase("user@[192.0.2.1]", "<user@[192.0.2.1]>")]
    [TestCase("a>, <b@example.com", "<\"a>, <b\"@example.com>")]
    [TestCase("a\tb@example.com", "undisclosed-recipients:;")]
    [TestCase("user@example.com>, <other", "undisclosed-recipients:;")]
    [TestCase("user@exa mple.com", "undisclosed-recipients:;")]
    [TestCase("user@[[]", "undisclosed-recipients:;")]
    [TestCase("postmaster", "undisclosed-recipients:;")]
    [TestCase("\ud800@example.com", "undisclosed-recipients:;")]
    public void The_sender_is_written_as_one_address_or_not_at_all(string path, string written) =>
        Assert.That(NoticeMailbox.Write(new MailPath(path)), Is.EqualTo(written));

    [Test]
    public void A_sender_too_long_for_a_header_line_is_not_written() =>
        Assert.That(NoticeMailbox.Write(new MailPath(new string('ж', 500) + "@example.com")), Is.EqualTo("undisclosed-recipients:;"));

    [Test]
    public async Task A_large_notice_goes_to_a_file_and_is_whole()
    {
        var original = Encoding.ASCII.GetBytes("Subject: large\r\n\r\n" + new string('x', 3 * BodyStorage.MemoryPerBody));
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Refused()).With(envelope => envelope with { Return = DsnReturn.Full });

        var composed = await notice.ComposeAsync(original);

        Assert.That(composed.OriginalBytes.AsSpan().SequenceEqual(original), Is.True);
        Assert.That(composed.Original, Is.TypeOf<MessagePart>());
    }
}
