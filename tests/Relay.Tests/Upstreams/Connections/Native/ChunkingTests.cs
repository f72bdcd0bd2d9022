using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Native;

/// <summary>BDAT (RFC 3030), and everything in one flight where that is safe.</summary>
internal sealed class ChunkingTests() : UpstreamSessionFixture(UpstreamClient.Native)
{
    private static readonly string[] Offered = ["PIPELINING", "CHUNKING", "8BITMIME", "SIZE"];

    [SetUp]
    public void OfferChunking() => Upstream.Options = new ScriptedUpstreamOptions { Extensions = Offered };

    [TestCase("Subject: a\r\n\r\n.\r\n..\r\nno end")]
    [TestCase("")]
    [TestCase("\r\n")]
    public async Task A_body_goes_out_by_BDAT_byte_for_byte(string body)
    {
        var session = await Bench.OpenAsync();

        await session.TransactAsync(UpstreamBench.WithBody(body), default);
        await session.TransactAsync(UpstreamBench.WithBody(body), default);

        Assert.That(Upstream.Accepted.Select(mail => mail.Text), Is.EqualTo([body, body]));
        Assert.That(Upstream.Commands, Has.Exactly(2).EqualTo($"BDAT {Encoding.Latin1.GetByteCount(body)} LAST"));
    }

    [Test]
    public async Task A_large_body_goes_out_by_BDAT_without_being_gathered()
    {
        var body = string.Concat(Enumerable.Repeat(".123456789\r\n", 300_000));

        var result = await SendAsync(UpstreamBench.WithBody(body));

        Assert.That(result.Dot?.Code, Is.EqualTo(250));
        Assert.That(Upstream.Accepted[0].Text == body, Is.True);
    }

    [Test]
    public async Task The_first_message_of_a_connection_waits_for_the_recipients_and_the_second_does_not()
    {
        var session = await Bench.OpenAsync();
        var first = await MayBeDeliveredAtMailAsync(session);
        var second = await MayBeDeliveredAtMailAsync(session);

        Assert.That((first, second), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task After_two_idle_seconds_nothing_flies_any_more()
    {
        var session = await Bench.OpenAsync();
        await session.TransactAsync(UpstreamBench.Message(), default);
        Time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(await MayBeDeliveredAtMailAsync(session), Is.False);
    }

    [Test]
    public async Task All_or_nothing_with_several_recipients_never_flies()
    {
        var session = await Bench.OpenAsync();
        await session.TransactAsync(UpstreamBench.Message(), default);
        Upstream.On(Stage.Rcpt).For("b@example.com").Reply("550 5.1.1 no");
        var envelope = new Envelope { Sender = MailPath.Null, Recipients = UpstreamBench.To("a@example.com", "b@example.com") };

        var result = await session.TransactAsync(UpstreamBench.Message("x\r\n"u8.ToArray(), envelope, allOrNothing: true), default);

        Assert.That(result.Recipients[1]?.Code, Is.EqualTo(550));
        Assert.That(Upstream.Accepted, Has.Count.EqualTo(1));
    }

    [TestCase(Stage.Mail, "550 5.7.1 no")]
    [TestCase(Stage.Rcpt, "451 4.7.1 greylisted")]
    public async Task A_refusal_within_a_flight_is_the_verdict_and_the_connection_serves_on(Stage stage, string reply)
    {
        var session = await OpenUsedAsync();
        Upstream.On(stage).Reply(reply).Times(1);
        var transaction = UpstreamBench.Message();

        var result = await session.TransactAsync(transaction, default);
        var next = await session.TransactAsync(UpstreamBench.Message(), default);

        var inItsPlace = stage == Stage.Mail ? result.Mail : result.Recipients[0];
        Assert.That((inItsPlace?.ToString(), result.Failure, result.Dot), Is.EqualTo((reply, (UpstreamFailure?)null, (SmtpReply?)null)));
        Assert.That(transaction.MayBeDelivered, Is.False);
        Assert.That((next.Dot?.Code, Upstream.Accepted.Count), Is.EqualTo((250, 2)));
    }

    [Test]
    public async Task One_bad_recipient_within_a_flight_harms_no_other()
    {
        var session = await OpenUsedAsync();
        Upstream.On(Stage.Rcpt).For("b@example.com").Reply("550 5.1.1 no");

        var result = await session.TransactAsync(UpstreamBench.Message("a@example.com", "b@example.com", "c@example.com"), default);

        Assert.That(result.Recipients.Select(answer => answer?.Code), Is.EqualTo([250, 550, 250]));
        Assert.That(result.Dot?.Code, Is.EqualTo(250));
        Assert.That(Upstream.Accepted[^1].Recipients, Has.Count.EqualTo(2));
    }

    [TestCase(Stage.Mail)]
    [TestCase(Stage.Rcpt)]
    [TestCase(Stage.Dot)]
    public async Task A_connection_lost_within_a_flight_leaves_the_message_uncertain(Stage stage)
    {
        var session = await OpenUsedAsync();
        Upstream.On(stage).Disconnect();
        var transaction = UpstreamBench.Message();

        var result = await session.TransactAsync(transaction, default);

        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((TransactionStage.Dot, UpstreamFailureKind.ConnectionLost)));
        Assert.That(transaction.MayBeDelivered, Is.True);
    }

    [TestCase(Stage.Mail, TransactionStage.Mail)]
    [TestCase(Stage.Rcpt, TransactionStage.Rcpt)]
    [TestCase(Stage.Dot, TransactionStage.Dot)]
    public async Task A_421_within_a_flight_ends_the_connection_and_stands_where_it_came(Stage stage, object expected)
    {
        var session = await OpenUsedAsync();
        Upstream.On(stage).Reply("421 4.3.2 closing").ThenDisconnect();

        var result = await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That((result.Failure?.Stage, result.Failure?.Reply?.Code), Is.EqualTo((expected, 421)));
        Assert.That(session.IsReusable, Is.False);
    }

    [Test]
    public async Task A_server_that_takes_a_refused_chunk_for_commands_is_dropped()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = Offered, DiscardsRefusedChunks = false };
        var session = await OpenUsedAsync();
        Upstream.On(Stage.Rcpt).Reply("550 5.1.1 no").Times(1);

        var result = await session.TransactAsync(UpstreamBench.WithBody("Subject: a\r\n\r\nx\r\n"), default);

        Assert.That((result.Recipients[0]?.Code, result.Failure), Is.EqualTo((550, (UpstreamFailure?)null)));
        Assert.That(session.IsReusable, Is.False, "its replies to the lines of the body are still to come");
    }

    [TestCase("500 5.5.1 what")]
    [TestCase("503 5.5.1 not here")]
    public async Task A_server_that_does_not_understand_BDAT_has_not_taken_the_message_and_gets_DATA_from_then_on(string reply)
    {
        Upstream.On(Stage.Dot).Reply(reply).Times(1);
        var transaction = UpstreamBench.Message();

        var result = await SendAsync(transaction);
        var next = await SendAsync(UpstreamBench.Message());

        Assert.That((result.Failure?.Stage, result.Failure?.Reply?.ToString()), Is.EqualTo((TransactionStage.Data, reply)));
        Assert.That(transaction.MayBeDelivered, Is.False);
        Assert.That(next.Dot?.Code, Is.EqualTo(250));
        Assert.That(Upstream.Commands, Has.Exactly(1).EqualTo("DATA"));
        Assert.That(Bench.ChunkingGivenUp.Select(static given => given.ToString()), Is.EqualTo([reply]), "told once");
    }

    [Test]
    public async Task A_refused_MAIL_within_a_flight_leaves_the_connection_fit()
    {
        var session = await OpenUsedAsync();
        Upstream.On(Stage.Mail).Reply("550 5.7.1 no").Times(1);

        var result = await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That(result.Recipients[0]?.Code, Is.EqualTo(503), "a consequence");
        Assert.That((result.Mail?.Code, session.IsReusable), Is.EqualTo((550, true)));
    }

    [Test]
    public async Task A_server_out_of_step_that_takes_recipient_and_content_after_a_refused_MAIL_may_have_the_message()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = Offered, KeepsSender = true };
        var session = await OpenUsedAsync();
        var transaction = UpstreamBench.Message();

        var result = await session.TransactAsync(transaction, default);

        Assert.That(Upstream.Accepted, Has.Count.EqualTo(2), "it has both");
        Assert.That(result.Mail, Is.Null, "no verdict: another server would be a second one");
        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((TransactionStage.Dot, UpstreamFailureKind.Garbage)));
        Assert.That((transaction.MayBeDelivered, session.IsReusable), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_flight_cannot_be_given_up()
    {
        var session = await OpenUsedAsync();
        var held = Upstream.On(Stage.Mail).Hold();
        using var owner = new CancellationTokenSource();

        var sending = session.TransactAsync(UpstreamBench.Message(), owner.Token).AsTask();
        await held.Reached;
        await owner.CancelAsync();
        held.Release();

        Assert.That((await sending).Dot?.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task The_limits_that_a_server_announces_are_kept()
    {
        Upstream.Options = new ScriptedUpstreamOptions { Extensions = ["PIPELINING", "LIMITS MAILMAX=2 RCPTMAX=7 XMAX=1"] };
        var session = await Bench.OpenAsync();

        await session.TransactAsync(UpstreamBench.Message(), default);
        var afterOne = session.IsReusable;
        await session.TransactAsync(UpstreamBench.Message(), default);

        Assert.That((afterOne, session.IsReusable), Is.EqualTo((true, false)));
        Assert.That(session.Capabilities.MaximumRecipients, Is.EqualTo(7));
    }

    private async Task<IUpstreamSession> OpenUsedAsync()
    {
        var session = await Bench.OpenAsync();
        await session.TransactAsync(UpstreamBench.Message(), default);
        return session;
    }

    /// <summary>Whether the end of the message is out before MAIL is answered.</summary>
    private async Task<bool> MayBeDeliveredAtMailAsync(IUpstreamSession session)
    {
        var held = Upstream.On(Stage.Mail).Hold().Times(1);
        var transaction = UpstreamBench.Message();
        var sending = session.TransactAsync(transaction, default).AsTask();
        await held.Reached;
        var mayBe = transaction.MayBeDelivered;
        held.Release();
        Assert.That((await sending).Dot?.Code, Is.EqualTo(250));
        return mayBe;
    }
}
