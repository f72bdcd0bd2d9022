using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

[TestFixture(UpstreamClient.Native)]
[TestFixture(UpstreamClient.MailKit)]
internal sealed class OpeningTests(UpstreamClient client) : UpstreamSessionFixture(client)
{
    [TestCase(Stage.Greeting, "554 5.3.2 no service", TransactionStage.Greeting)]
    [TestCase(Stage.Greeting, "421 4.3.2 busy", TransactionStage.Greeting)]
    public async Task A_refused_opening_is_told_with_its_reply(Stage script, string reply, object expected)
    {
        Upstream.On(script).Reply(reply);

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((expected, UpstreamFailureKind.Reply)));
        Assert.That(failure.Reply?.ToString(), Is.EqualTo(reply));
    }

    [TestCase("smtp_server:25")]
    [TestCase("[::1]:25")]
    [TestCase("mail.example.com")]
    [TestCase("unix:/run/mail.sock")]
    public async Task Any_address_that_can_be_configured_can_be_opened(string address)
    {
        Bench.Options = Bench.Options with { Address = address };

        await Bench.OpenAsync();

        Assert.That(Upstream.Commands, Is.EqualTo(["EHLO relay.test"]));
    }

    [Test]
    public async Task A_421_to_EHLO_is_told_and_HELO_is_not_tried()
    {
        Upstream.On(Stage.Ehlo).Reply("421 4.3.2 busy").ThenDisconnect();

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Ehlo, UpstreamFailureKind.Reply)));
        Assert.That(failure.Reply?.Code, Is.EqualTo(421));
        Assert.That(Upstream.Commands, Has.None.StartsWith("HELO"));
    }

    [Test]
    public async Task A_server_that_knows_no_EHLO_is_greeted_by_HELO()
    {
        Upstream.On(Stage.Ehlo).Reply("502 5.5.1 what");

        var session = await Bench.OpenAsync();

        Assert.That(Upstream.Commands, Is.EqualTo(["EHLO relay.test", "HELO relay.test"]));
        Assert.That(session.Capabilities, Is.EqualTo(new UpstreamCapabilities(false, false, null, false)));
    }

    [Test]
    public async Task A_server_that_refuses_HELO_too_is_told_with_its_reply()
    {
        Upstream.On(Stage.Ehlo).Reply("550 5.7.1 blocked");
        Upstream.On(Stage.Helo).Reply("550-5.7.1 blocked\n550 5.7.1 for good");

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Ehlo, UpstreamFailureKind.Reply)));
        Assert.That(failure.Reply?.Text, Is.EqualTo("blocked\nfor good"));
    }

    [TestCase(Stage.Connect, TransactionStage.Greeting)]
    [TestCase(Stage.Greeting, TransactionStage.Greeting)]
    [TestCase(Stage.Ehlo, TransactionStage.Ehlo)]
    public async Task A_closed_connection_is_told_with_its_stage(Stage script, object expected)
    {
        Upstream.On(script).Disconnect();

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((expected, UpstreamFailureKind.ConnectionLost)));
    }

    [TestCase(Stage.Greeting, TransactionStage.Greeting)]
    [TestCase(Stage.Ehlo, TransactionStage.Ehlo)]
    public async Task Garbage_is_told_with_its_stage(Stage script, object expected)
    {
        Upstream.On(script).Garbage("* OK IMAP4rev1 ready\r\n");

        var failure = await Bench.FailToOpenAsync();

        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((expected, UpstreamFailureKind.Garbage)));
    }

    [TestCase(Stage.Greeting, TransactionStage.Greeting)]
    [TestCase(Stage.Ehlo, TransactionStage.Ehlo)]
    public async Task Silence_is_a_timeout_with_its_stage(Stage script, object expected)
    {
        Upstream.On(script).Silence();

        var opening = Bench.FailToOpenAsync();
        await RunClockAsync(opening);

        var failure = await opening;
        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((expected, UpstreamFailureKind.TimedOut)));
    }

    [Test]
    public async Task A_greeting_that_comes_byte_by_byte_is_read()
    {
        Upstream.On(Stage.Greeting).Reply("220-welcome\n220-to\n220 this server").Bytewise();
        Upstream.On(Stage.Ehlo).Reply("250-scripted\n250-SIZE 1000\n250-8BITMIME\n250 SMTPUTF8").Bytewise();

        var session = await Bench.OpenAsync();

        Assert.That(session.Capabilities, Is.EqualTo(new UpstreamCapabilities(true, true, 1000, false)));
    }

    [Test]
    public async Task A_connection_that_cannot_be_made_in_time_is_told()
    {
        await using var bench = new UpstreamBench(Bench.Options, _ => new NeverConnects(), Time);

        var opening = bench.FailToOpenAsync();
        var waited = await RunClockAsync(opening);

        var failure = await opening;
        Assert.That((failure.Stage, failure.Kind), Is.EqualTo((TransactionStage.Connect, UpstreamFailureKind.TimedOut)));
        Assert.That(waited, Is.GreaterThanOrEqualTo(Bench.Options.ConnectTimeout));
    }

    [Test]
    public async Task An_opening_can_be_given_up()
    {
        var held = Upstream.On(Stage.Ehlo).Hold();
        using var owner = new CancellationTokenSource();

        var opening = Bench.Factory.OpenAsync(client: null, owner.Token).AsTask();
        await held.Reached;
        await owner.CancelAsync();

        Assert.That((await opening).Failure?.Kind, Is.EqualTo(UpstreamFailureKind.Cancelled));
    }

    private sealed class NeverConnects : IUpstreamConnector
    {
        public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Stream.Null;
        }
    }
}
