using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>A dialogue that breaks off tells the exact stage and kind; only then can mail be tried elsewhere without doubling it.</summary>
[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class TransactionFailureTests(UpstreamClient client) : UpstreamSessionFixture(client)
{
    private static readonly (Stage Script, TransactionStage Expected)[] Stages =
    [
        (Stage.Mail, TransactionStage.Mail),
        (Stage.Rcpt, TransactionStage.Rcpt),
        (Stage.Data, TransactionStage.Data),
        (Stage.Dot, TransactionStage.Dot),
    ];

    private static IEnumerable<TestCaseData> EachStage()
    {
        foreach (var (script, expected) in Stages)
        {
            yield return new TestCaseData(script, true, expected).SetArgDisplayNames($"{script}, pipelined");
            yield return new TestCaseData(script, false, expected).SetArgDisplayNames($"{script}, step by step");
        }
    }

    [TestCaseSource(nameof(EachStage))]
    public async Task A_closed_connection_is_told_with_its_stage(Stage script, bool isPipelined, object expected)
    {
        SetPipelining(isPipelined);
        Upstream.On(script).Disconnect();

        var (result, session) = await FailAsync();

        Assert.That(result.Failure?.Stage, Is.EqualTo(expected));
        Assert.That(result.Failure?.Kind, Is.EqualTo(UpstreamFailureKind.ConnectionLost));
        Assert.That(session.IsReusable, Is.False);
    }

    [TestCaseSource(nameof(EachStage))]
    public async Task A_reset_connection_is_told_with_its_stage(Stage script, bool isPipelined, object expected)
    {
        SetPipelining(isPipelined);
        Upstream.On(script).Reset();

        var (result, _) = await FailAsync();

        // A reset discards replies that were not read yet: of commands sent together the first one without a reply is the last that is known to have been asked.
        var isSentTogether = isPipelined && (script is Stage.Mail or Stage.Rcpt || (IsNative && script == Stage.Data));
        Assert.That(result.Failure?.Stage, Is.EqualTo(isSentTogether ? FirstUnanswered(result) : expected));
        Assert.That(result.Failure?.Kind, Is.EqualTo(UpstreamFailureKind.ConnectionLost));
    }

    [TestCaseSource(nameof(EachStage))]
    public async Task Garbage_is_told_with_its_stage(Stage script, bool isPipelined, object expected)
    {
        SetPipelining(isPipelined);
        Upstream.On(script).Garbage("HTTP/1.1 400 Bad Request\r\n");

        var (result, session) = await FailAsync();

        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((expected, UpstreamFailureKind.Garbage)));
        Assert.That(session.IsReusable, Is.False);
    }

    [TestCaseSource(nameof(EachStage))]
    public async Task Silence_is_a_timeout_with_its_stage_and_waits_as_long_as_it_should(Stage script, bool isPipelined, object expected)
    {
        SetPipelining(isPipelined);
        Bench.Options = Bench.Options with { CommandTimeout = TimeSpan.FromSeconds(30), DotTimeout = TimeSpan.FromSeconds(90) };
        Upstream.On(script).Silence();
        var session = await Bench.OpenAsync();

        var sending = session.TransactAsync(UpstreamBench.Message(), CancellationToken.None).AsTask();
        var waited = await RunClockAsync(sending);

        var result = await sending;
        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((expected, UpstreamFailureKind.TimedOut)));
        Assert.That(waited, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(script == Stage.Dot ? 90 : 30)));
        Assert.That(session.IsReusable, Is.False);
    }

    [TestCaseSource(nameof(EachStage))]
    public async Task A_421_ends_the_connection_without_RSET_and_stands_where_it_came(Stage script, bool isPipelined, object expected)
    {
        SetPipelining(isPipelined);
        Upstream.On(script).Reply("421 4.3.2 closing").ThenDisconnect();

        var (result, session) = await FailAsync();

        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((expected, UpstreamFailureKind.Reply)));
        Assert.That(result.Failure?.Reply?.ToString(), Is.EqualTo("421 4.3.2 closing"));
        var inItsPlace = script switch
        {
            Stage.Mail => result.Mail,
            Stage.Rcpt => result.Recipients[0],
            Stage.Data => result.Data,
            _ => result.Dot,
        };
        Assert.That(inItsPlace?.Code, Is.EqualTo(421));
        Assert.That(session.IsReusable, Is.False);
        await session.DisposeAsync();
        Assert.That(Upstream.Commands, Has.None.EqualTo("RSET").And.None.EqualTo("QUIT"));
    }

    [TestCase(Stage.Mail, "503 5.5.1 bad sequence", TransactionStage.Mail)]
    [TestCase(Stage.Mail, "354 what", TransactionStage.Mail)]
    [TestCase(Stage.Mail, "220 hello again", TransactionStage.Mail)]
    [TestCase(Stage.Rcpt, "500 5.5.2 unknown", TransactionStage.Rcpt)]
    [TestCase(Stage.Rcpt, "354 what", TransactionStage.Rcpt)]
    [TestCase(Stage.Data, "502 5.5.1 not implemented", TransactionStage.Data)]
    [TestCase(Stage.Data, "250 2.0.0 fine", TransactionStage.Data)]
    [TestCase(Stage.Dot, "354 more", TransactionStage.Dot)]
    public async Task A_reply_that_decides_nothing_is_a_failure(Stage script, string reply, object expected)
    {
        Upstream.On(script).Reply(reply);

        var (result, session) = await FailAsync();

        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((expected, UpstreamFailureKind.Reply)));
        Assert.That(result.Failure?.Reply?.ToString(), Is.EqualTo(reply));
        Assert.That(session.IsReusable, Is.False);
    }

    [Test]
    public async Task A_connection_cut_within_the_body_is_told_as_before_the_dot()
    {
        Upstream.On(Stage.Body).AfterBytes(1000).Reset();
        var session = await Bench.OpenAsync();
        var transaction = UpstreamBench.WithBody(string.Concat(Enumerable.Repeat("0123456789\r\n", 100_000)));

        var result = await session.TransactAsync(transaction, CancellationToken.None);

        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((TransactionStage.Body, UpstreamFailureKind.ConnectionLost)));
        Assert.That(transaction.MayBeDelivered, Is.False);
        Assert.That(result.Data?.Code, Is.EqualTo(354));
    }

    [Test]
    public async Task A_body_that_the_server_stops_reading_times_out_after_three_minutes()
    {
        var stop = Upstream.On(Stage.Body).AfterBytes(1).Hold();
        var session = await Bench.OpenAsync();
        var transaction = UpstreamBench.WithBody(string.Concat(Enumerable.Repeat("0123456789\r\n", 100_000)));

        var sending = session.TransactAsync(transaction, CancellationToken.None).AsTask();
        await stop.Reached;
        var waited = await RunClockAsync(sending);

        var result = await sending;
        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((TransactionStage.Body, UpstreamFailureKind.TimedOut)));
        Assert.That(waited, Is.GreaterThanOrEqualTo(TimeSpan.FromMinutes(3)));
    }

    [Test]
    public async Task A_server_that_talks_for_ever_is_cut_off()
    {
        Upstream.On(Stage.Mail).Garbage(string.Concat(Enumerable.Repeat("250-more\r\n", 200_000)));

        var (result, _) = await FailAsync();

        Assert.That(result.Failure?.Stage, Is.EqualTo(TransactionStage.Mail));
    }

    [Test]
    public async Task A_message_given_up_before_the_dot_is_not_sent()
    {
        var held = Upstream.On(Stage.Data).Hold();
        var session = await Bench.OpenAsync();
        using var owner = new CancellationTokenSource();
        var transaction = UpstreamBench.Message();

        var sending = session.TransactAsync(transaction, owner.Token).AsTask();
        await held.Reached;
        await Until.TrueAsync(() => transaction.Stage == TransactionStage.Data, "the replies before it are read");
        await owner.CancelAsync();
        var result = await sending;

        Assert.That((result.Failure?.Stage, result.Failure?.Kind), Is.EqualTo((TransactionStage.Data, UpstreamFailureKind.Cancelled)));
        Assert.That(session.IsReusable, Is.False);
    }

    [Test]
    public async Task A_message_whose_dot_is_out_is_waited_for_whoever_gives_it_up()
    {
        var held = Upstream.On(Stage.Dot).Hold();
        var session = await Bench.OpenAsync();
        using var owner = new CancellationTokenSource();
        var transaction = UpstreamBench.Message();

        var sending = session.TransactAsync(transaction, owner.Token).AsTask();
        await held.Reached;
        await owner.CancelAsync();
        var mayHaveBeenDelivered = transaction.MayBeDelivered;
        held.Release();
        var result = await sending;

        Assert.That(mayHaveBeenDelivered, Is.True);
        Assert.That(result.Dot?.Code, Is.EqualTo(250));
        Assert.That(session.IsReusable, Is.True);
    }

    [Test]
    public async Task A_message_given_up_beforehand_leaves_the_connection_as_it_was()
    {
        var session = await Bench.OpenAsync();

        var result = await session.TransactAsync(UpstreamBench.Message(), new CancellationToken(canceled: true));

        Assert.That(result.Failure?.Kind, Is.EqualTo(UpstreamFailureKind.Cancelled));
        Assert.That(session.IsReusable, Is.True);
    }

    private static TransactionStage FirstUnanswered(TransactionResult result) =>
        result.Mail is null ? TransactionStage.Mail
        : result.Recipients[0] is null ? TransactionStage.Rcpt
        : TransactionStage.Data;

    private void SetPipelining(bool isPipelined) =>
        Upstream.Options = isPipelined ? new ScriptedUpstreamOptions() : new ScriptedUpstreamOptions { Extensions = ["8BITMIME"] };

    private async Task<(TransactionResult Result, IUpstreamSession Session)> FailAsync()
    {
        var session = await Bench.OpenAsync();
        return (await session.TransactAsync(UpstreamBench.Message(), CancellationToken.None), session);
    }
}
