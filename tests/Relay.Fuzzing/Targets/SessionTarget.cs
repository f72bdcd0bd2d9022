using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Extensions;
using Relay.Core.Timing;
using Relay.TestKit;

namespace Relay.Fuzzing.Targets;

/// <summary>A whole session, from its greeting to its end: its replies and its messages are those that a <see cref="Transcript"/> finds in what was sent.</summary>
internal sealed class SessionTarget : FuzzTarget
{
    // More than a session may leave unread: the longest command, and what may come behind it at once.
    private const int MostUnread = 8 * 1024;
    private const int MostErrors = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TestClock Time = new();
    private static readonly BodyStorage Storage = new(long.MaxValue, Path.GetTempPath(), Time);
    private static readonly SessionRegistry Registry = new(new Heartbeat(Time));

    public override IReadOnlyList<string> Words { get; } =
    [
        "EHLO a\r\n",
        "MAIL FROM:<a@example.com>\r\n",
        "RCPT TO:<b@example.com>\r\n",
        "DATA\r\n",
        "BDAT 5\r\n",
        "BDAT 5 LAST\r\n",
        "BDAT 0 LAST\r\n",
        "BDAT 99999999999999999999\r\n",
        "RSET\r\n",
        "NOOP\r\n",
        "QUIT\r\n",
        "\r\n.\r\n",
        "\r\n",
        "\n",
        "\r",
        ".",
        "\0",
        "XCLIENT ADDR=127.0.0.1\r\n",
        "STARTTLS\r\n",
        "GET / HTTP/1.1\r\n",
        "PROXY UNKNOWN\r\n",
        "HELO a\r\n",
        "\u00ff",
        " BODY=8BITMIME SMTPUTF8",
    ];

    public override void Run(byte[] input, int way)
    {
        var sink = new RecordingSink();
        var log = new ListLogger();
        var bareNewlines = (way & 4) == 0 ? BareNewlineHandling.Reject : BareNewlineHandling.Normalize;
        var pieces = CutBetweenLines(input, way);
        var said = Serve(new SmtpService(Settings(sink, bareNewlines), Registry, log), pieces);

        FuzzException.Unless(!log.Errors.Any(), string.Join('\n', log.Errors));
        FuzzException.Unless(Registry.Count <= 2, $"{Registry.Count} sessions are registered"); // those of the two threads
        var replies = ReferenceReplies.Of(said);
        FuzzException.Unless(!replies.IsNonsense && (said.Length == 0 || said[^1] == (byte)'\n'), "the replies are none");
        new Transcript(input, bareNewlines, [.. replies.Replies.Select(static reply => reply.Code)], [.. sink.Messages]).Check();
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "A case is one call; nothing that it waits for needs this thread.")]
    private static byte[] Serve(SmtpService service, IReadOnlyList<byte[]> pieces)
    {
        var up = new Pipe(Inline(MostUnread));
        var down = new Pipe(Inline(pauseAt: 0));
        var session = service.RunAsync(new ServerSide(up.Reader, down.Writer), IPAddress.Loopback);
        foreach (var piece in pieces.TakeWhile(_ => !session.IsCompleted))
        {
            var writing = up.Writer.WriteAsync(piece).AsTask();
            FuzzException.Unless(writing.Wait(Patience), "the session lets more than a command wait unread");
        }

        up.Writer.Complete();
        FuzzException.Unless(session.Wait(Patience), "the session goes on after the client has gone");
        return ReadAll(down.Reader);
    }

    private static byte[] ReadAll(PipeReader replies)
    {
        if (!replies.TryRead(out var result))
        {
            return [];
        }

        var bytes = result.Buffer.ToArray();
        replies.Complete();
        return bytes;
    }

    private static PipeOptions Inline(long pauseAt) =>
        new(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: pauseAt,
            resumeWriterThreshold: pauseAt,
            useSynchronizationContext: false
        );

    private static SmtpSettings Settings(RecordingSink sink, BareNewlineHandling bareNewlines) =>
        new()
        {
            HostName = "relay.test",
            Listener = "smtp",
            Sink = sink,
            Limits = new LimitOptions
            {
                Errors = MostErrors,
                MessageSize = Transcript.MaximumSize,
                LineLength = Transcript.MaximumLine,
            },
            Storage = Storage,
            Ids = new MessageIdGenerator(Time, new Random(1)),
            Time = Time,
            Access = new AccessRules(new AccessOptions()),
            XClientFrom = new NetworkList(["127.0.0.1/32"]),
            Extensions = StandardExtensions.Create(Transcript.MaximumSize),
            BareNewlines = bareNewlines,
            StampReceived = false,
        };

    private sealed record ServerSide(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
