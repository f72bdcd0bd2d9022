using MimeKit;
using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Tests.Spool.Bounces;

public sealed class StatusFieldsTests
{
    [Test]
    public async Task A_failure_has_the_fields_of_the_message_and_of_each_recipient()
    {
        var first = SomeNotice.Refused("a@example.org") with { AttemptedAt = SomeNotice.Now.AddMinutes(-5) };
        var composed = await SomeNotice.Of(NoticeKind.Failed, first, SomeNotice.Recipient("b@example.org")).ComposeAsync();

        Assert.That(
            Lines(composed.MessageFields),
            Is.EqualTo(["Reporting-MTA: dns; relay.example.net", "Arrival-Date: Sun, 01 Mar 2026 10:00:00 +0000"])
        );
        Assert.That(
            Lines(composed.RecipientFields()),
            Is.EqualTo([
                "Final-Recipient: rfc822; a@example.org",
                "Action: failed",
                "Status: 5.1.1",
                "Remote-MTA: dns; mx1.example.org",
                "Diagnostic-Code: smtp; 550 5.1.1 no such user",
                "Last-Attempt-Date: Sun, 01 Mar 2026 12:25:00 +0000",
            ])
        );
        Assert.That(
            Lines(composed.RecipientFields(1)),
            Is.EqualTo(["Final-Recipient: rfc822; b@example.org", "Action: failed", "Status: 4.4.7"])
        );
        Assert.That(composed.Status.StatusGroups, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Only_a_delay_says_until_when_it_is_retried()
    {
        var until = SomeNotice.Now.AddDays(4);
        var delayed = await (SomeNotice.Of(NoticeKind.Delayed, SomeNotice.Recipient()) with { RetryUntil = until }).ComposeAsync();
        var failed = await (SomeNotice.Of(NoticeKind.Failed, SomeNotice.Recipient()) with { RetryUntil = until }).ComposeAsync();

        Assert.That(delayed.RecipientFields()["Action"], Is.EqualTo("delayed"));
        Assert.That(delayed.RecipientFields()["Will-Retry-Until"], Is.EqualTo("Thu, 05 Mar 2026 12:30:00 +0000"));
        Assert.That(failed.RecipientFields()["Will-Retry-Until"], Is.Null);
    }

    [Test]
    public async Task A_relayed_message_has_a_status_of_success()
    {
        var recipient = SomeNotice.Recipient(reply: SmtpReply.Parse(250, "2.6.0 queued"));
        var fields = (await SomeNotice.Of(NoticeKind.Relayed, recipient).ComposeAsync()).RecipientFields();

        Assert.That((fields["Action"], fields["Status"]), Is.EqualTo(("relayed", "2.6.0")));
    }

    [TestCase("mx1.example.org", "dns; mx1.example.org")]
    [TestCase("mx1", null)]
    [TestCase("My server", null)]
    [TestCase("my.server one", null)]
    [TestCase("10.0.0.1", null)]
    [TestCase("a..example", null)]
    [TestCase(".example.org", null)]
    public async Task Remote_MTA_is_told_only_where_the_upstreams_name_has_the_form_of_a_domain(string upstream, string? field)
    {
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Recipient(reply: SomeNotice.NoSuchUser, upstream: upstream));

        Assert.That((await notice.ComposeAsync()).RecipientFields()["Remote-MTA"], Is.EqualTo(field));
    }

    [TestCase("QQ314159", "QQ314159")]
    [TestCase("a+2Bb+3Dc+20d", "a+b=c d")]
    [TestCase("a+0D+0AAction:+20delivered", "a+0D+0AAction:+20delivered", Description = "a line end stays encoded")]
    [TestCase("a+C3+BC", "a+C3+BC", Description = "the charset is unknown")]
    [TestCase("a+2", "a+2")]
    [TestCase("a+zz", "a+zz")]
    public async Task The_envelope_id_is_decoded_where_that_is_safe(string received, string written)
    {
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Refused()).With(envelope => envelope with { EnvelopeId = received });
        var composed = await notice.ComposeAsync();

        Assert.That(composed.MessageFields["Original-Envelope-Id"], Is.EqualTo(written));
        Assert.That(composed.Status.StatusGroups, Has.Count.EqualTo(2));
    }

    [TestCase("rfc822;first+2Blast@example.org", "rfc822; first+last@example.org")]
    [TestCase("RFC822;a@example.org", "RFC822; a@example.org")]
    [TestCase("x400;/C=xx/", "x400; /C=xx/")]
    [TestCase("rfc822;a+0A+0Ab@example.org", "rfc822; a+0A+0Ab@example.org")]
    [TestCase("utf-8;a+b@example.org", "utf-8; a+b@example.org", Description = "no xtext in this type")]
    [TestCase(@"utf-8;j\x{FC}rgen@example.org", "utf-8; jürgen@example.org")]
    [TestCase(@"UTF-8;\x{1F600}\x{20AC}@example.org", "UTF-8; \U0001F600€@example.org")]
    [TestCase("utf-8;jürgen@example.org", "utf-8; jürgen@example.org")]
    [TestCase(@"utf-8;a\x{0A}b@example.org", @"utf-8; a\x{0A}b@example.org")]
    [TestCase(@"utf-8;a\x{07}b@example.org", @"utf-8; a\x{07}b@example.org")]
    [TestCase(@"utf-8;a\x{2028}b@example.org", @"utf-8; a\x{2028}b@example.org")]
    [TestCase(@"utf-8;a\x{D800}b@example.org", @"utf-8; a\x{D800}b@example.org")]
    [TestCase(@"utf-8;a\x{FC", @"utf-8; a\x{FC")]
    public async Task The_original_recipient_is_what_ORCPT_said(string orcpt, string written)
    {
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Recipient(originalRecipient: orcpt));
        var composed = await notice.ComposeAsync();

        Assert.That(composed.RecipientFields()["Original-Recipient"], Is.EqualTo(written));
        Assert.That(composed.Status.StatusGroups, Has.Count.EqualTo(2));
        Assert.That(
            composed.Report[1].ContentType.MimeType,
            Is.EqualTo(System.Text.Ascii.IsValid(written) ? "message/delivery-status" : "message/global-delivery-status")
        );
    }

    [Test]
    public async Task The_final_recipient_is_the_mailbox_exactly_without_its_source_route()
    {
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Recipient("@one.example:\"a  b\"@example.org"));

        Assert.That((await notice.ComposeAsync()).RecipientFields()["Final-Recipient"], Is.EqualTo("rfc822; \"a  b\"@example.org"));
    }

    [Test]
    public async Task A_hostile_reply_stays_one_field_of_bounded_length()
    {
        var reply = new SmtpReply(
            550,
            null,
            "no\n\nAction: delivered\r\n\r\n--boundary\n" + string.Concat(Enumerable.Repeat("spam ", 100_000))
        );
        var composed = await SomeNotice.Of(NoticeKind.Failed, SomeNotice.Recipient(reply: reply)).ComposeAsync();
        var fields = composed.RecipientFields();

        Assert.That(composed.Status.StatusGroups, Has.Count.EqualTo(2));
        Assert.That(fields.Where(field => field.Field == "Action").Select(field => field.Value), Is.EqualTo(["failed"]));
        Assert.That(fields["Diagnostic-Code"], Does.StartWith("smtp; 550 no Action: delivered --boundary spam spam").And.EndWith("..."));
        Assert.That(composed.Bytes, Has.Length.LessThan(8000));
        Assert.That(composed.Report, Has.Count.EqualTo(3));
    }

    private static IEnumerable<string> Lines(HeaderList fields) => fields.Select(field => $"{field.Field}: {field.Value}");
}
