using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>Which reply lands where, and what the next message on the connection finds.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class RepliesTests(UpstreamClient client) : UpstreamSessionFixture(client)
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Each_recipient_has_its_own_reply_and_the_good_ones_get_the_message(bool isPipelined)
    {
        SetPipelining(isPipelined);
        Upstream.On(Stage.Rcpt).For("b@example.com").Reply("550-5.1.1 no such\n550 5.1.1 user");
        Upstream.On(Stage.Rcpt).For("c@example.com").Reply("451 4.7.1 greylisted");

        var result = await SendAsync(UpstreamBench.Message("a@example.com", "b@example.com", "c@example.com"));

        Assert.That(result.Failure, Is.Null);
        Assert.That(Codes(result), Is.EqualTo([250, 550, 451]));
        Assert.That(result.Recipients[1]?.Text, Is.EqualTo("no such\nuser"));
        Assert.That(result.Dot?.ToString(), Is.EqualTo("250 2.0.0 taken"));
        Assert.That(Upstream.Accepted[0].Recipients, Is.EqualTo(["RCPT TO:<a@example.com>"]));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task All_or_nothing_asks_for_all_and_sends_no_DATA_when_one_is_refused(bool isPipelined)
    {
        SetPipelining(isPipelined);
        Upstream.On(Stage.Rcpt).For("a@example.com").Reply("550 5.1.1 no");
        var envelope = new Envelope { Sender = MailPath.Null, Recipients = UpstreamBench.To("a@example.com", "b@example.com") };
        var session = await Bench.OpenAsync();

        var result = await session.TransactAsync(UpstreamBench.Message("x\r\n"u8.ToArray(), envelope, allOrNothing: true), default);

        Assert.That(Codes(result), Is.EqualTo([550, 250]));
        Assert.That(result.Failure, Is.Null);
        Assert.That(Upstream.Commands, Has.None.EqualTo("DATA"));
        Assert.That(session.IsReusable, Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task When_all_recipients_are_deferred_their_replies_are_the_verdict(bool isPipelined)
    {
        SetPipelining(isPipelined);
        Upstream.On(Stage.Rcpt).Reply("451 4.7.1 greylisted").Times(2);
        var session = await Bench.OpenAsync();

        var result = await session.TransactAsync(UpstreamBench.Message("a@example.com", "b@example.com"), default);

        Assert.That(Codes(result), Is.EqualTo([451, 451]));
        Assert.That((result.Data, result.Dot, result.Failure), Is.EqualTo(((SmtpReply?)null, (SmtpReply?)null, (UpstreamFailure?)null)));
        await AssertNextMessageArrivesAsync(session);
    }

    [TestCase(Stage.Mail, "451 4.3.0 busy")]
    [TestCase(Stage.Mail, "550 5.7.1 no")]
    [TestCase(Stage.Mail, "530 5.7.0 authenticate")]
    [TestCase(Stage.Rcpt, "550 5.1.1 no")]
    [TestCase(Stage.Data, "451 4.3.0 busy")]
    [TestCase(Stage.Data, "554 5.7.1 no")]
    [TestCase(Stage.Dot, "451 4.3.0 busy")]
    [TestCase(Stage.Dot, "554 5.7.1 spam")]
    [TestCase(Stage.Dot, "530 5.7.0 authenticate")]
    [TestCase(Stage.Dot, "503 5.5.1 odd")]
    public async Task A_refusal_is_in_its_place_is_no_failure_and_does_not_harm_the_next_message(Stage stage, string reply)
    {
        Upstream.On(stage).Reply(reply).Times(1);
        var session = await Bench.OpenAsync();

        var result = await session.TransactAsync(UpstreamBench.Message(), default);

        var inItsPlace = stage switch
        {
            Stage.Mail => result.Mail,
            Stage.Rcpt => result.Recipients[0],
            Stage.Data => result.Data,
            _ => result.Dot,
        };
        Assert.That(inItsPlace?.ToString(), Is.EqualTo(reply));
        Assert.That(result.Failure, Is.Null);
        Assert.That(Upstream.Commands, Has.Exactly(1).EqualTo("RSET"));
        await AssertNextMessageArrivesAsync(session);
    }

    [Test]
    public async Task A_251_after_the_dot_counts_as_delivered()
    {
        Upstream.On(Stage.Dot).Reply("251 2.1.5 will forward");

        var result = await SendAsync(UpstreamBench.Message());

        Assert.That(result.Dot?.Code, Is.EqualTo(251));
        Assert.That(result.Failure, Is.Null);
    }

    [Test]
    public async Task A_connection_whose_RSET_is_refused_is_not_used_again()
    {
        Upstream.On(Stage.Dot).Reply("554 5.7.1 spam");
        Upstream.On(Stage.Rset).Reply("500 5.5.2 what");
        var session = await Bench.OpenAsync();

        var result = await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That(result.Dot?.Code, Is.EqualTo(554));
        Assert.That(result.Failure, Is.Null);
        Assert.That(session.IsReusable, Is.False);
    }

    [Test]
    public async Task A_RSET_without_an_answer_delays_the_verdict_but_does_not_change_it()
    {
        Upstream.On(Stage.Dot).Reply("554 5.7.1 spam");
        Upstream.On(Stage.Rset).Silence();
        var session = await Bench.OpenAsync();

        var sending = session.TransactAsync(UpstreamBench.Message(), default).AsTask();
        var waited = await RunClockAsync(sending);

        var result = await sending;
        Assert.That((result.Dot?.Code, result.Failure, session.IsReusable), Is.EqualTo((554, (UpstreamFailure?)null, false)));
        Assert.That(waited, Is.LessThan(TimeSpan.FromMinutes(1)), "the time of a command, not of a dot");
    }

    [Test]
    public async Task Replies_that_come_byte_by_byte_are_whole()
    {
        Upstream.On(Stage.Mail).Reply("250-2.1.0 sender\n250-2.1.0 is\n250 2.1.0 fine").Bytewise();
        Upstream.On(Stage.Dot).Reply("250-2.0.0 queued as\n250 2.0.0 4711").Bytewise();

        var result = await SendAsync(UpstreamBench.Message());

        Assert.That(result.Mail?.Text, Is.EqualTo("sender\nis\nfine"));
        Assert.That(result.Dot?.Text, Is.EqualTo("queued as\n4711"));
    }

    [Test]
    public async Task A_421_between_two_messages_is_the_answer_to_the_second_MAIL()
    {
        var session = await Bench.OpenAsync();
        await session.TransactAsync(UpstreamBench.Message(), default);
        Upstream.On(Stage.Mail).Reply("421 4.4.2 idle too long").ThenDisconnect();

        var result = await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That((result.Failure?.Stage, result.Mail?.Code), Is.EqualTo((TransactionStage.Mail, 421)));
    }

    [Test]
    public async Task NOOP_tells_a_live_connection_from_a_dead_one()
    {
        var session = await Bench.OpenAsync();
        var isAlive = await session.IsAliveAsync(default);
        Upstream.On(Stage.Noop).Reply("421 4.4.2 closing").ThenDisconnect();

        Assert.That(isAlive, Is.True);
        Assert.That(await session.IsAliveAsync(default), Is.False);
        Assert.That(session.IsReusable, Is.False);
    }

    [Test]
    public async Task A_session_says_QUIT_when_it_ends()
    {
        var session = await Bench.OpenAsync();

        await session.DisposeAsync();

        Assert.That(Upstream.Commands, Has.Exactly(1).EqualTo("QUIT"));
    }

    private void SetPipelining(bool isPipelined) =>
        Upstream.Options = isPipelined ? new ScriptedUpstreamOptions() : new ScriptedUpstreamOptions { Extensions = ["8BITMIME"] };

    private static IEnumerable<int?> Codes(TransactionResult result) => result.Recipients.Select(reply => reply?.Code);

    private async Task AssertNextMessageArrivesAsync(IUpstreamSession session)
    {
        Assert.That(session.IsReusable, Is.True);
        var next = await session.TransactAsync(UpstreamBench.Message("next@example.com"), default);
        Assert.That((next.Failure, next.Dot?.Code), Is.EqualTo(((UpstreamFailure?)null, 250)));
        Assert.That(Upstream.Accepted[^1].Recipients, Is.EqualTo(["RCPT TO:<next@example.com>"]));
        Assert.That(Upstream.ConnectionCount, Is.EqualTo(1));
    }
}
