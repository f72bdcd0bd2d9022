using System.Text;
using Relay.Core.Messages;

namespace Relay.Tests.Messages;

internal sealed class SmtpReplyTests
{
    [TestCase("OK", "250 2.0.0 OK\r\n")]
    [TestCase("one\ntwo", "250-2.0.0 one\r\n250 2.0.0 two\r\n")]
    [TestCase("", "250 2.0.0 \r\n")]
    [TestCase("a\r\u0001b", "250 2.0.0 a  b\r\n", Description = "what an upstream says cannot forge a line")]
    public void Each_line_carries_the_codes(string text, string wire) =>
        Assert.That(Wire(new SmtpReply(250, new(2, 0, 0), text)), Is.EqualTo(wire));

    [Test]
    public void Without_an_enhanced_code_there_is_none() =>
        Assert.That(Wire(new SmtpReply(354, null, "go on")), Is.EqualTo("354 go on\r\n"));

    [TestCase("4.3.0 busy", "4.3.0", "busy")]
    [TestCase("5.1.1 no\n5.1.1 such user", "5.1.1", "no\nsuch user")]
    [TestCase("busy", null, "busy")]
    [TestCase("3.1.1 busy", null, "3.1.1 busy")]
    public void The_enhanced_code_is_taken_off_what_an_upstream_says(string said, string? enhanced, string text)
    {
        var reply = SmtpReply.Parse(451, said);

        Assert.That(reply.Enhanced?.ToString(), Is.EqualTo(enhanced));
        Assert.That(reply.Text, Is.EqualTo(text));
    }

    [TestCase(250, true, false, false)]
    [TestCase(354, false, false, false)]
    [TestCase(451, false, true, false)]
    [TestCase(550, false, false, true)]
    public void The_first_digit_says_what_kind_of_reply_it_is(int code, bool positive, bool transient, bool permanent)
    {
        var reply = new SmtpReply(code, null, "");

        Assert.That((reply.IsPositive, reply.IsTransient, reply.IsPermanent), Is.EqualTo((positive, transient, permanent)));
    }

    [Test]
    public void A_reply_prints_as_one_line() =>
        Assert.That(new SmtpReply(451, new(4, 3, 0), "one\ntwo").ToString(), Is.EqualTo("451 4.3.0 one two"));

    private static string Wire(SmtpReply reply) => Encoding.UTF8.GetString(reply.Encoded.Span);
}
