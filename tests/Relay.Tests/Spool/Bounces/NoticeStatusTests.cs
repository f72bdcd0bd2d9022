using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Tests.Spool.Bounces;

public sealed class NoticeStatusTests
{
    [TestCase("Failed", 550, "5.1.1 unknown", "5.1.1")]
    [TestCase("Failed", 550, "unknown", "5.0.0")]
    [TestCase("Failed", 451, "4.3.0 busy", "4.3.0", Description = "given up after a temporary refusal: the actual problem is told")]
    [TestCase("Failed", 451, "busy", "4.0.0")]
    [TestCase("Failed", 550, "4.1.1 contradicts itself", "5.0.0")]
    [TestCase("Failed", 250, "2.0.0 fits no failure", "4.4.7")]
    [TestCase("Failed", 354, "go on", "4.4.7")]
    [TestCase("Delayed", 451, "4.7.1 greylisted", "4.7.1")]
    [TestCase("Delayed", 550, "5.4.5 quota", "4.4.5", Description = "waited out, so not permanent")]
    [TestCase("Delayed", 550, "quota", "4.0.0")]
    [TestCase("Relayed", 250, "2.6.0 queued", "2.6.0")]
    [TestCase("Relayed", 250, "OK", "2.0.0")]
    [TestCase("Relayed", 550, "5.1.1 fits no success", "2.0.0")]
    public void The_status_is_what_the_server_said_where_it_fits(string kind, int code, string text, string status)
    {
        var recipient = SomeNotice.Recipient(reply: SmtpReply.Parse(code, text));

        Assert.That(NoticeStatus.Of(Enum.Parse<NoticeKind>(kind), recipient).ToString(), Is.EqualTo(status));
    }

    [TestCase("Failed", false, "4.4.7")]
    [TestCase("Failed", true, "4.4.2")]
    [TestCase("Delayed", false, "4.4.1")]
    [TestCase("Delayed", true, "4.4.2")]
    [TestCase("Relayed", false, "2.0.0")]
    public void Without_a_reply_the_status_says_what_Relay_knows(string kind, bool isUnconfirmed, string status)
    {
        var recipient = SomeNotice.Recipient(isUnconfirmed: isUnconfirmed);

        Assert.That(NoticeStatus.Of(Enum.Parse<NoticeKind>(kind), recipient).ToString(), Is.EqualTo(status));
    }
}
