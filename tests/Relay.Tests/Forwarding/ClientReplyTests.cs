using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Forwarding;

public sealed class ClientReplyTests
{
    [Test]
    public void A_delivered_message_names_the_upstream_and_its_words()
    {
        var reply = For(One, Outcome(OutcomeKind.Delivered, "250 2.0.0 queued as 4711"));

        Assert.That(reply.ToString(), Is.EqualTo($"250 2.0.0 OK {One.Id} via a: queued as 4711"));
    }

    [Test]
    public void A_refusal_keeps_its_codes()
    {
        var reply = For(One, Outcome(OutcomeKind.Rejected, "550 5.1.1 no such user"));

        Assert.That(reply.ToString(), Is.EqualTo($"550 5.1.1 {One.Id} via a: no such user"));
    }

    [Test]
    public void The_refused_of_several_recipients_are_named()
    {
        var reply = For(
            Two,
            new RecipientOutcome(OutcomeKind.Deferred, null, null),
            Outcome(OutcomeKind.Rejected, "550 5.1.1 no such user")
        );

        Assert.That(reply.ToString(), Is.EqualTo($"550 5.1.1 {Two.Id} via a: <two@example.org>: no such user"));
    }

    [TestCase("421 4.7.0 go away", "451 4.7.0")]
    [TestCase("550 5.4.5 quota", "451 4.4.5")]
    [TestCase("554 no service", "451 4.0.0")]
    [TestCase("450 4.2.1 busy", "450 4.2.1")]
    public void What_is_deferred_is_a_4xx_that_cannot_close_the_session(string upstream, string expected)
    {
        var reply = For(One, Outcome(OutcomeKind.Deferred, upstream));

        Assert.That(reply.ToString(), Does.StartWith(expected));
    }

    [TestCase("530 5.7.0 authenticate first")]
    [TestCase("535 5.7.8 wrong password for relay@example.com")]
    public void What_the_upstream_thinks_of_our_credentials_never_reaches_a_client(string upstream)
    {
        var reply = For(One, Outcome(OutcomeKind.Deferred, upstream));

        Assert.That(reply.ToString(), Is.EqualTo($"451 4.4.1 {One.Id} no upstream available"));
    }

    [Test]
    public void Nobody_there_is_451_4_4_1()
    {
        var reply = For(One, default(RecipientOutcome));

        Assert.That(reply.ToString(), Is.EqualTo($"451 4.4.1 {One.Id} no upstream available"));
    }

    [Test]
    public void An_unanswered_dot_is_451_4_4_2() =>
        Assert.That(For(One, new RecipientOutcome(OutcomeKind.Uncertain, null, "a")).ToString(), Does.StartWith("451 4.4.2"));

    [Test]
    public void An_endless_multi_line_text_becomes_one_short_ascii_line()
    {
        var text = string.Join('\n', Enumerable.Repeat("5.7.1 wörter über wörter", 100));
        var reply = For(One, new RecipientOutcome(OutcomeKind.Rejected, new SmtpReply(550, new EnhancedStatusCode(5, 7, 1), text), "a"));

        Assert.That(reply.Encoded.Length, Is.LessThanOrEqualTo(512));
        Assert.That(reply.Text, Does.Not.Contain('\n'));
        Assert.That(System.Text.Ascii.IsValid(reply.Text), Is.True);
    }

    private static ReceivedMessage One { get; } = Some.Message();

    private static ReceivedMessage Two { get; } = Some.Message(recipients: ["one@example.org", "two@example.org"]);

    private static SmtpReply For(ReceivedMessage message, params RecipientOutcome[] outcomes) => ClientReply.For(message, outcomes);

    private static RecipientOutcome Outcome(OutcomeKind kind, string reply) =>
        new(kind, SmtpReply.Parse(int.Parse(reply[..3], null), reply[4..]), "a");
}
