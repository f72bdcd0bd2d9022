using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Native;

/// <summary>MAIL, RCPTs and DATA in one write, and what becomes of a DATA that should not have gone out.</summary>
internal sealed class DataTests() : UpstreamSessionFixture(UpstreamClient.Native)
{
    [Test]
    public async Task A_354_although_all_recipients_were_refused_is_taken_back_by_an_empty_message_that_counts_for_nothing()
    {
        Upstream.On(Stage.Rcpt).Reply("451 4.7.1 greylisted").Times(1);
        Upstream.Options = new ScriptedUpstreamOptions { ReplyToDataWithoutRecipients = "354 go ahead all the same" };
        var session = await Bench.OpenAsync();
        var transaction = UpstreamBench.Message();

        var result = await session.TransactAsync(transaction, default);

        Assert.That((result.Recipients[0]?.Code, result.Data, result.Dot), Is.EqualTo((451, (SmtpReply?)null, (SmtpReply?)null)));
        Assert.That((result.Failure, transaction.MayBeDelivered), Is.EqualTo(((UpstreamFailure?)null, false)));
        Assert.That(Upstream.Commands, Has.Exactly(1).EqualTo("0 bytes for nobody"));
    }

    [TestCase("503 5.5.1 no valid recipients")]
    [TestCase("554 5.5.1 no valid recipients")]
    public async Task What_a_server_says_to_DATA_after_all_recipients_were_put_off_is_a_consequence(string reply)
    {
        Upstream.On(Stage.Rcpt).Reply("451 4.7.1 greylisted").Times(1);
        Upstream.Options = new ScriptedUpstreamOptions { ReplyToDataWithoutRecipients = reply };
        var session = await Bench.OpenAsync();

        var result = await session.TransactAsync(UpstreamBench.Message(), default);
        var next = await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That((result.Data, result.Failure, next.Dot?.Code), Is.EqualTo(((SmtpReply?)null, (UpstreamFailure?)null, 250)));
    }

    [Test]
    public async Task A_thousand_recipients_go_out_in_windows_that_both_sides_can_hold()
    {
        var recipients = Enumerable.Range(0, 1000).Select(number => $"recipient-{number}@example.com").ToArray();

        var result = await SendAsync(UpstreamBench.Message(recipients));

        Assert.That(result.Recipients.All(reply => reply?.Code == 250), Is.True);
        Assert.That(Upstream.Accepted[0].Recipients, Has.Count.EqualTo(1000));
    }

    [Test]
    public async Task The_same_reply_is_read_once_and_another_one_is_not_taken_for_it()
    {
        var session = await Bench.OpenAsync();
        var first = await session.TransactAsync(UpstreamBench.Message(), default);
        var second = await session.TransactAsync(UpstreamBench.Message(), default);
        Upstream.On(Stage.Dot).Reply("250 2.0.0 other");

        var third = await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That(second.Dot, Is.SameAs(first.Dot));
        Assert.That(third.Dot?.Text, Is.EqualTo("other"));
    }
}
