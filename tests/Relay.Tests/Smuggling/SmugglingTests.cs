using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Extensions;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Smuggling;

/// <summary>
/// What Relay takes for one message is one message to the most careless server behind it, in whatever pieces it came (docs/smuggling.md). The session and the client
/// are the real ones, on pipes.
/// </summary>
[TestFixture(BareNewlineHandling.Reject, UpstreamClient.Native, false)]
[TestFixture(BareNewlineHandling.Reject, UpstreamClient.Native, true)]
[TestFixture(BareNewlineHandling.Reject, UpstreamClient.MailKit, false)]
[TestFixture(BareNewlineHandling.Normalize, UpstreamClient.Native, false)]
[TestFixture(BareNewlineHandling.Normalize, UpstreamClient.Native, true)]
[TestFixture(BareNewlineHandling.Normalize, UpstreamClient.MailKit, false)]
internal sealed class SmugglingTests(BareNewlineHandling bareNewlines, UpstreamClient upstreamClient, bool upstreamTakesChunks)
{
    private const string Envelope = "MAIL FROM:<first@example.com>\r\nRCPT TO:<b@example.com>\r\n";

    // Sizes at which a dot comes to stand on either side of a border: of the first block of a body, of a slice of the client, of its write, of a further block.
    private static readonly int[] Borders = [8 * 1024, 16 * 1024, 64 * 1024, 72 * 1024];

    private CancellationTokenSource _patience = null!;
    private ListLogger _log = null!;
    private Heartbeat _heartbeat = null!;
    private LenientUpstream _upstream = null!;
    private UpstreamBench _bench = null!;
    private SessionRegistry _registry = null!;
    private PiecewiseClient _client = null!;

    private static IEnumerable<string> Names => SmugglingCases.Ends.Keys;

    [SetUp]
    public async Task ConnectAsync()
    {
        _patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        _log = new ListLogger();
        _heartbeat = new Heartbeat(new TestClock());
        _upstream = new LenientUpstream { TakesChunks = upstreamTakesChunks };
        var options = new UpstreamOptions { Address = "localhost:25", Client = upstreamClient };
        _bench = new UpstreamBench(options, _ => new LenientConnector(_upstream), TimeProvider.System);
        _registry = new SessionRegistry(_heartbeat);
        _client = new PiecewiseClient(new SmtpService(Settings(), _registry, _log), _patience.Token);
        Assert.That(await _client.TalkAsync("EHLO me\r\n", 2), Is.EqualTo("220 250"));
    }

    [TearDown]
    public async Task NothingIsLeftAsync()
    {
        await _client.DisposeAsync();
        await _bench.DisposeAsync();
        await _upstream.DisposeAsync();
        _registry.Dispose();
        _heartbeat.Dispose();
        _patience.Dispose();
        Assert.That(_log.Errors, Is.Empty);
    }

    [TestCaseSource(nameof(Names))]
    public async Task No_end_of_data_but_CRLF_dot_CRLF_makes_a_second_message_of_DATA_however_it_is_cut(string name)
    {
        foreach (var byChunk in new[] { false, true })
        {
            var wire = SmugglingCases.Content(SmugglingCases.Ends[name], byChunk) + "\r\n.\r\n";
            foreach (var cuts in Cuts(wire))
            {
                await _client.TalkAsync(Envelope + "DATA\r\n", 3);
                await _client.SendAsync(Encoding.Latin1.GetBytes(wire), cuts);
                await AssertOneMessageAsync(name, $"cut at {string.Join(',', cuts)}");
            }
        }
    }

    [TestCaseSource(nameof(Names))]
    public async Task Nor_does_it_where_it_comes_by_BDAT_however_the_chunks_are_cut(string name)
    {
        var content = SmugglingCases.Content(SmugglingCases.Ends[name]) + "\r\n.\r\n";
        for (var cut = 0; cut <= content.Length; cut++)
        {
            await _client.TalkAsync(Envelope, 2);
            await _client.SendAsync($"BDAT {cut}\r\n{content[..cut]}");
            var first = await _client.ReadReplyAsync();
            Assert.That(first, Does.Match(IsRefused(name) ? "^(250|554)" : "^250"), $"cut at {cut}");
            await _client.SendAsync($"BDAT {content.Length - cut} LAST\r\n{content[cut..]}");
            await AssertOneMessageAsync(name, $"cut at {cut}");
        }
    }

    [TestCaseSource(nameof(Names))]
    public async Task Nor_does_it_right_behind_the_octets_of_a_chunk(string name)
    {
        // What is written like an end of data is a line of nonsense there, and hides no command: those are behind a CRLF of their own or are none.
        await _client.TalkAsync(Envelope, 2);
        await _client.SendAsync("BDAT 5 LAST\r\nfirst" + SmugglingCases.Ends[name] + "RSET\r\nXMARK\r\n");
        var replies = "";
        do
        {
            replies += (await _client.ReadReplyAsync())[..3] + " ";
        } while (!replies.EndsWith("500 ", StringComparison.Ordinal));

        Assert.That(replies, Does.StartWith("250 5"));
        Assert.That(_upstream.Messages, Is.EqualTo(["MAIL FROM:<first@example.com>"]).Using<string>(BeginsAlike));
    }

    [TestCaseSource(nameof(Names))]
    public async Task A_chunk_that_is_refused_holds_no_commands(string name)
    {
        var content = "first" + SmugglingCases.Ends[name] + SmugglingCases.Second() + "\r\n.\r\n";
        foreach (var cuts in Cuts(content))
        {
            await _client.SendAsync($"BDAT {content.Length} LAST\r\n");
            await _client.SendAsync(Encoding.Latin1.GetBytes(content), cuts);
            Assert.That(await _client.ReadReplyAsync(), Does.StartWith("503 "));
        }

        Assert.That(await _client.TalkAsync("NOOP\r\n", 1), Is.EqualTo("250"));
        Assert.That(_upstream.Messages, Is.Empty);
    }

    [TestCaseSource(nameof(Names))]
    public async Task Nor_does_it_across_the_borders_of_the_buffers(string name)
    {
        foreach (var border in Borders)
        {
            // There are 33 bytes of content between the padding and the end that is none.
            for (var size = border - 42; size < border - 28; size++)
            {
                var padding =
                    string.Concat(Enumerable.Repeat("0123456789abcdefghijklmnopqr..\r\n", size / 32)) + new string('.', size % 32);
                await _client.TalkAsync(Envelope + "DATA\r\n", 3);
                await _client.SendAsync("Subject: x\r\n\r\n" + padding + SmugglingCases.Content(SmugglingCases.Ends[name]) + "\r\n.\r\n");
                await AssertOneMessageAsync(name, $"{size} bytes before it");
            }
        }
    }

    [Test]
    public async Task The_end_of_data_that_RFC_5321_knows_does_make_two_of_it()
    {
        await _client.TalkAsync(Envelope + "DATA\r\n", 3);
        var replies = await _client.TalkAsync(SmugglingCases.Content("\r\n.\r\n") + "\r\n.\r\n", 5);

        Assert.That(replies, Is.EqualTo("250 250 250 354 250"));
        Assert.That(_upstream.Messages, Has.Count.EqualTo(2));
    }

    // The reply to the message, then one to NOOP: were anything else a command to Relay, another reply would stand between them.
    private async Task AssertOneMessageAsync(string name, string how)
    {
        var replies = await _client.TalkAsync("NOOP\r\n", 2);

        Assert.That(replies, Is.EqualTo(IsRefused(name) ? "554 250" : "250 250"), how);
        var messages = _upstream.Messages.ToArray();
        _upstream.Messages.Clear();
        Assert.That(messages, Has.Length.EqualTo(IsRefused(name) ? 0 : 1), how);
        Assert.That(_upstream.Commands.Where(line => line.Contains("smuggled", StringComparison.Ordinal)), Is.Empty, how);
    }

    private bool IsRefused(string name) => bareNewlines == BareNewlineHandling.Reject || name.Contains("NUL", StringComparison.Ordinal);

    private static bool BeginsAlike(string actual, string expected) => actual.StartsWith(expected, StringComparison.Ordinal);

    private static IEnumerable<int[]> Cuts(string wire) =>
        Enumerable
            .Range(1, wire.Length - 1)
            .Select(static cut => new[] { cut })
            .Prepend([])
            .Append([.. Enumerable.Range(1, wire.Length - 1)]);

    private SmtpSettings Settings() =>
        new()
        {
            HostName = "relay.test",
            Listener = "smtp",
            Sink = new PassingOnSink(_bench),
            Limits = new LimitOptions { Errors = int.MaxValue, CommandsWithoutMail = int.MaxValue },
            Storage = new BodyStorage(64 * 1024 * 1024, Path.GetTempPath(), TimeProvider.System),
            Ids = new MessageIdGenerator(TimeProvider.System, new Random(1)),
            Time = TimeProvider.System,
            Extensions = StandardExtensions.Create(26_214_400),
            BareNewlines = bareNewlines,
            StampReceived = false,
        };

    private sealed class LenientConnector(LenientUpstream upstream) : IUpstreamConnector
    {
        public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) => new(upstream.ConnectInProcess());
    }
}
