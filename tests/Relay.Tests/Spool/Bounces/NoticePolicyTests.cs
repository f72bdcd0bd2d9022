using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Tests.Spool.Bounces;

public sealed class NoticePolicyTests
{
    private static readonly NoticeKind[] Kinds = Enum.GetValues<NoticeKind>();

    [TestCase(DsnNotify.Unspecified, true, true, false)]
    [TestCase(DsnNotify.Never, false, false, false)]
    [TestCase(DsnNotify.Failure, true, false, false)]
    [TestCase(DsnNotify.Delay, false, true, false)]
    [TestCase(DsnNotify.Success, false, false, true)]
    [TestCase(DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay, true, true, true)]
    [TestCase(DsnNotify.Never | DsnNotify.Failure, false, false, false)]
    public void The_sender_is_told_what_NOTIFY_asks_for(DsnNotify notify, bool failed, bool delayed, bool relayed)
    {
        var recipient = new EnvelopeRecipient(new MailPath("rcpt@example.org"), notify);
        var envelope = new Envelope { Sender = new MailPath("sender@example.com"), Recipients = [recipient] };

        Assert.That(Kinds.Select(kind => NoticePolicy.Wants(kind, envelope, recipient)), Is.EqualTo([failed, delayed, relayed]));
    }

    [Test]
    public void A_null_sender_is_never_told_anything()
    {
        var notify = DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay;
        var recipient = new EnvelopeRecipient(new MailPath("rcpt@example.org"), notify);
        var envelope = new Envelope { Sender = MailPath.Null, Recipients = [recipient] };

        Assert.That(Kinds.Select(kind => NoticePolicy.Wants(kind, envelope, recipient)), Has.All.False);
    }

    [Test]
    public void A_notice_goes_from_nobody_to_the_sender_as_its_path_came()
    {
        var notice = SomeNotice
            .Of(NoticeKind.Failed, SomeNotice.Refused())
            .With(envelope => envelope with { Sender = new MailPath("@one.example:sender@example.com"), EnvelopeId = "x" });

        var envelope = NoticePolicy.EnvelopeOf(notice);

        Assert.That(envelope.Sender.IsNull, Is.True);
        Assert.That(
            envelope.Recipients,
            Is.EqualTo([new EnvelopeRecipient(new MailPath("@one.example:sender@example.com"), DsnNotify.Never)])
        );
        Assert.That((envelope.SmtpUtf8, envelope.Body, envelope.EnvelopeId), Is.EqualTo((false, BodyType.Unspecified, (string?)null)));
    }

    [Test]
    public void A_notice_about_a_notice_is_impossible()
    {
        var envelope = NoticePolicy.EnvelopeOf(SomeNotice.Of(NoticeKind.Failed, SomeNotice.Refused()));
        var recipient = envelope.Recipients.Single();

        // Each of the two guards suffices alone.
        var withSender = envelope with
        {
            Sender = new MailPath("sender@example.com"),
        };
        var withNotify = recipient with { Notify = DsnNotify.Failure | DsnNotify.Delay | DsnNotify.Success };

        Assert.That(Kinds.Select(kind => NoticePolicy.Wants(kind, envelope, recipient)), Has.All.False);
        Assert.That(Kinds.Select(kind => NoticePolicy.Wants(kind, withSender, recipient)), Has.All.False);
        Assert.That(Kinds.Select(kind => NoticePolicy.Wants(kind, envelope, withNotify)), Has.All.False);
    }

    [Test]
    public void A_message_without_a_sender_gets_no_envelope_to_answer_it()
    {
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Refused()).With(envelope => envelope with { Sender = MailPath.Null });

        Assert.That(() => NoticePolicy.EnvelopeOf(notice), Throws.ArgumentException);
    }

    [TestCase("jürgen@example.com", "rcpt@example.org", null, false)]
    [TestCase("sender@example.com", "жук@example.org", null, false)]
    [TestCase("sender@example.com", "rcpt@example.org", @"utf-8;j\x{FC}rgen@example.org", false)]
    public void Addresses_that_are_not_ASCII_need_SMTPUTF8(string sender, string recipient, string? orcpt, bool declared)
    {
        var notice = SomeNotice
            .Of(NoticeKind.Failed, SomeNotice.Recipient(recipient, originalRecipient: orcpt))
            .With(envelope => envelope with { Sender = new MailPath(sender), SmtpUtf8 = declared });

        var envelope = NoticePolicy.EnvelopeOf(notice);

        Assert.That((envelope.SmtpUtf8, envelope.Body), Is.EqualTo((true, BodyType.EightBitMime)));
    }

    [Test]
    public void What_was_returned_as_8_bit_is_declared()
    {
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Refused());

        var envelope = NoticePolicy.EnvelopeOf(notice, BodyTraits.EightBitContent);

        Assert.That((envelope.SmtpUtf8, envelope.Body), Is.EqualTo((false, BodyType.EightBitMime)));
    }

    [Test]
    public void The_returned_header_of_an_SMTPUTF8_message_keeps_its_declaration()
    {
        var notice = SomeNotice.Of(NoticeKind.Failed, SomeNotice.Refused()).With(envelope => envelope with { SmtpUtf8 = true });

        Assert.That(NoticePolicy.EnvelopeOf(notice).SmtpUtf8, Is.True);
    }
}
