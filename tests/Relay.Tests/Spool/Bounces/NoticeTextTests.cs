using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Tests.Spool.Bounces;

public sealed class NoticeTextTests
{
    private static readonly SmtpReply Busy = SmtpReply.Parse(451, "4.3.0 busy");

    [Test]
    public async Task A_failure_says_for_each_recipient_what_the_server_said()
    {
        var notice = SomeNotice.Of(
            NoticeKind.Failed,
            SomeNotice.Refused("a@example.org"),
            SomeNotice.Recipient("b@example.org", SmtpReply.Parse(552, "5.2.2 full\n5.2.2 try later")),
            SomeNotice.Recipient("c@example.org")
        );

        var prose = (await notice.ComposeAsync()).Prose;

        Assert.That(prose, Does.Contain("could not be delivered"));
        Assert.That(prose, Does.Contain("<a@example.org> server mx1.example.org said: 550 5.1.1 no such user"));
        Assert.That(prose, Does.Contain("<b@example.org> the server said: 552 5.2.2 full try later"));
        Assert.That(prose, Does.Contain("<c@example.org> No server could be asked in time."));
        Assert.That(prose, Does.EndWith($"received Sun, 01 Mar 2026 10:00:00 +0000 and is known here as {new MessageId(12345)}."));
    }

    [Test]
    public async Task A_delay_says_until_when_it_will_be_tried()
    {
        var notice = SomeNotice.Of(NoticeKind.Delayed, SomeNotice.Recipient(reply: Busy, upstream: "mx1")) with
        {
            RetryUntil = new DateTimeOffset(2026, 3, 5, 10, 0, 0, TimeSpan.Zero),
        };

        var composed = await notice.ComposeAsync();

        Assert.That(composed.Message.Subject, Is.EqualTo("Your message is delayed"));
        Assert.That(composed.Prose, Does.Contain("it will be tried until Thu, 05 Mar 2026 10:00:00 +0000."));
        Assert.That(composed.Prose, Does.Contain("server mx1 said: 451 4.3.0 busy"));
    }

    [Test]
    public async Task A_delay_without_an_end_says_that_it_is_tried_further()
    {
        var prose = (await SomeNotice.Of(NoticeKind.Delayed, SomeNotice.Recipient()).ComposeAsync()).Prose;

        Assert.That(prose, Does.Contain("it will be tried further."));
        Assert.That(prose, Does.Contain("No server gave an answer at the last try."));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_unanswered_dot_is_told_as_not_confirmed_and_perhaps_delivered(bool hasReply)
    {
        var recipient = SomeNotice.Recipient(reply: hasReply ? Busy : null, upstream: hasReply ? "mx1" : null, isUnconfirmed: true);

        var prose = (await SomeNotice.Of(NoticeKind.Failed, recipient).ComposeAsync()).Prose;

        Assert.That(prose, Does.Contain("Delivery could not be confirmed").And.Contain("The recipient may have got it."));
        Assert.That(prose, Does.Not.Contain("could not be delivered").And.Not.Contain("No server could be asked"));
        Assert.That(prose, hasReply ? Does.Contain("server mx1 said: 451 4.3.0 busy") : Does.Not.Contain("said:"));
    }

    [Test]
    public async Task A_relayed_message_is_told_as_passed_on()
    {
        var recipient = SomeNotice.Recipient(reply: SmtpReply.Parse(250, "2.0.0 queued"), upstream: "mx1");

        var composed = await SomeNotice.Of(NoticeKind.Relayed, recipient).ComposeAsync();

        Assert.That(composed.Message.Subject, Is.EqualTo("Your message was passed on"));
        Assert.That(composed.Prose, Does.Contain("does not report deliveries").And.Contain("server mx1 said: 250 2.0.0 queued"));
    }
}
