using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;

namespace Relay.Tests.Capture;

/// <summary>Mailboxes that fail on purpose, each at one stage, in the words of the wire.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FaultySessionTests : IDisposable
{
    private const string Envelope = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\n";
    private readonly CapturedMail _mail = new();
    private readonly Heartbeat _heartbeat;
    private readonly CaptureMailboxes _mailboxes;
    private readonly CaptureConnectors _connectors;

    public FaultySessionTests()
    {
        _heartbeat = new Heartbeat(_mail.Time);
        _mailboxes = new CaptureMailboxes(_mail.Time, new Random(1));
        var ids = new MessageIdGenerator(_mail.Time, new Random(1));
        _connectors = new CaptureConnectors(_mailboxes, _mail.Storage, ids, _heartbeat, _mail.Time, NullLoggerFactory.Instance);
    }

    public void Dispose()
    {
        _connectors.Dispose();
        _heartbeat.Dispose();
    }

    [TestCase(FaultStage.Greeting)]
    [TestCase(FaultStage.Ehlo)]
    [TestCase(FaultStage.Mail)]
    [TestCase(FaultStage.Rcpt)]
    [TestCase(FaultStage.Data)]
    public async Task A_reply_takes_the_place_of_the_right_one(FaultStage stage)
    {
        var right = await TalkAsync([], "EHLO x\r\n", Envelope, "DATA\r\n.\r\n");
        var replies = await TalkAsync(
            [new FaultOptions { Stage = stage, Reply = "451 4.3.0 busy" }],
            "EHLO x\r\n",
            Envelope,
            "DATA\r\n.\r\n"
        );

        Assert.That(right, Does.Contain("354 ").And.Not.Contain("busy"));
        Assert.That(replies, Does.Contain("451 4.3.0 busy\r\n"));
        Assert.That(replies.Contains("354 ", StringComparison.Ordinal), Is.EqualTo(stage == FaultStage.Greeting), "the rest depends on it");
    }

    [TestCase(FaultStage.Body)]
    [TestCase(FaultStage.Dot)]
    public async Task A_message_that_is_refused_at_its_end_is_not_kept_and_the_next_one_is(FaultStage stage)
    {
        var faults = new[]
        {
            new FaultOptions
            {
                Stage = stage,
                Reply = "451 4.3.0 busy",
                Probability = 0.5,
            },
        };
        var replies = await TalkAsync(faults, ["EHLO x\r\n", .. Enumerable.Repeat(Message, 20)]);

        var refused = replies.Split("451 4.3.0 busy").Length - 1;
        Assert.That(refused, Is.InRange(1, 19), "chance decides, with a seed");
        Assert.That(_mailboxes.List(after: null, limit: 100), Has.Count.EqualTo(20 - refused));
    }

    [Test]
    public async Task An_answer_that_is_dropped_leaves_the_message_in_the_mailbox()
    {
        var replies = await TalkAsync([new FaultOptions { Stage = FaultStage.Dot, Action = FaultAction.DropReply }], "EHLO x\r\n", Message);

        Assert.That(replies, Does.EndWith("\r\n").And.Contain("354 ").And.Not.Contain(" captured"));
        Assert.That(_mailboxes.List(after: null, limit: 10), Has.Count.EqualTo(1));
    }

    [TestCase(FaultStage.Greeting)]
    [TestCase(FaultStage.Mail)]
    [TestCase(FaultStage.Body)]
    [TestCase(FaultStage.Dot)]
    public async Task A_connection_that_ends_keeps_nothing(FaultStage stage)
    {
        var replies = await TalkAsync([new FaultOptions { Stage = stage, Action = FaultAction.Disconnect }], "EHLO x\r\n", Message);

        Assert.That(replies, Does.Not.Contain(" captured"));
        Assert.That(_mailboxes.List(after: null, limit: 10), Is.Empty);
    }

    [Test]
    public void A_mailbox_that_is_not_there_refuses_the_connection()
    {
        var connector = Connector([new FaultOptions { Stage = FaultStage.Connect, Action = FaultAction.Disconnect }]);

        Assert.That(async () => await connector.ConnectAsync(CancellationToken.None), Throws.InstanceOf<SocketException>());
    }

    [Test]
    public async Task A_delay_is_waited_for_on_the_clock()
    {
        var fault = new FaultOptions
        {
            Stage = FaultStage.Greeting,
            Action = FaultAction.Delay,
            Delay = TimeSpan.FromSeconds(30),
        };
        await using var stream = await Connector([fault]).ConnectAsync(CancellationToken.None);
        using var replies = new StreamReader(stream, Encoding.ASCII);
        var greeting = replies.ReadLineAsync();
        Assert.That(greeting.IsCompleted, Is.False);

        await TestKit.Until.TrueByStepsAsync(
            () => greeting.IsCompleted,
            () => _mail.Time.Advance(TimeSpan.FromSeconds(31)),
            "the greeting has come"
        );
        Assert.That(await greeting, Does.StartWith("220 "));
    }

    [Test]
    public async Task Faults_that_are_switched_end_connections_that_were_made_without_them()
    {
        await using var stream = await Connector([]).ConnectAsync(CancellationToken.None);
        using var replies = new StreamReader(stream, Encoding.ASCII);
        Assert.That(await replies.ReadLineAsync(), Does.StartWith("220 "));

        _mailboxes.For("default", "mailbox", 10).Faults.Set([new FaultOptions { Reply = "451 4.3.0 busy" }]);

        Assert.That(await replies.ReadToEndAsync(), Does.StartWith("421 "));
    }

    private static string Message => Envelope + "DATA\r\n\0Subject: x\r\n\r\n..dot\r\n.\r\n";

    private IUpstreamConnector Connector(IReadOnlyList<FaultOptions> faults) =>
        _connectors.For(
            "default",
            "mailbox",
            new UpstreamOptions
            {
                Kind = UpstreamKind.Capture,
                Faults = faults,
                FaultSeed = 7,
            }
        );

    /// <summary>Sends all of it ahead, a zero standing for a wait for 354 or a refusal, and returns all replies until the end.</summary>
    private async Task<string> TalkAsync(IReadOnlyList<FaultOptions> faults, params string[] said)
    {
        await using var stream = await Connector(faults).ConnectAsync(CancellationToken.None);
        foreach (var piece in said.SelectMany(static text => text.Split('\0')).Append("QUIT\r\n"))
        {
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(piece));
            }
            catch (Exception gone) when (gone is IOException or InvalidOperationException)
            {
                break;
            }
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        using var replies = new StreamReader(stream, Encoding.ASCII);
        return await replies.ReadToEndAsync(patience.Token);
    }
}
