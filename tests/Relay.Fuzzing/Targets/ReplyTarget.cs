using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Connections.MailKit;
using Relay.Core.Upstreams.Connections.Native;

namespace Relay.Fuzzing.Targets;

/// <summary>What a server says to Relay's own client, and to the scanner beside MailKit.</summary>
internal sealed class ReplyTarget : FuzzTarget
{
    // What SmtpWire may hold: its largest input, and as much again where an array is rented.
    private const int MostHeld = 128 * 1024;

    public override IReadOnlyList<string> Words { get; } =
    ["\r\n", "\r", "\n", "250 ", "250-", "550 5.1.1 ", "354", " ", "-", "\0", "\u0085", "\u00ff", "2.0.0", "421 ", "600 ", "\u00c3\u00a9"];

    public override void Run(byte[] input, int way)
    {
        var pieces = Cut(input, way);
        var expected = ReferenceReplies.Of(input);
        var found = ReadAll(pieces, out var isNonsense);
        FuzzException.Unless(
            found
                .Select(static reply => (reply.Code, reply.Text, reply.Enhanced))
                .SequenceEqual(
                    expected
                        .Replies.Select(static reply => SmtpReply.Parse(reply.Code, reply.Text))
                        .Select(static reply => (reply.Code, reply.Text, reply.Enhanced))
                ),
            $"{string.Join('|', found)} instead of {string.Join('|', expected.Replies)}"
        );
        FuzzException.Unless(isNonsense == expected.IsNonsense, $"nonsense: {isNonsense}");
        foreach (var reply in found)
        {
            CheckEncoded(reply);
        }

        Scan(pieces, found, isNonsense);
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "Everything is there: what is not complete at once is a failure.")]
    private static List<SmtpReply> ReadAll(IReadOnlyList<byte[]> pieces, out bool isNonsense)
    {
        var wire = new SmtpWire(new PieceStream(pieces), new SessionGuard(TimeProvider.System));
        var reader = new ReplyReader(wire);
        var replies = new List<SmtpReply>();
        isNonsense = false;
        try
        {
            while (true)
            {
                var reading = reader.ReadAsync(TransactionStage.Rcpt).AsTask();
                FuzzException.Unless(reading.IsCompleted, "it waits although everything is there");
                replies.Add(reading.GetAwaiter().GetResult());
                FuzzException.Unless(wire.Received.Length <= MostHeld, $"{wire.Received.Length} bytes are held");
            }
        }
        catch (ReplyFormatException)
        {
            isNonsense = true;
        }
        catch (EndOfStreamException)
        {
            // The server has said all that it says.
        }

        var disposing = wire.DisposeAsync();
        FuzzException.Unless(disposing.IsCompleted, "the wire does not close");
        return replies;
    }

    /// <summary>A reply that is passed on to a client is one reply there too, whatever the server wrote into it.</summary>
    private static void CheckEncoded(SmtpReply reply)
    {
        var again = ReferenceReplies.Of(reply.Encoded.ToArray());
        FuzzException.Unless(
            !again.IsNonsense && again.Replies.Count == 1 && again.Replies[0].Code == reply.Code,
            $"{reply} is encoded otherwise"
        );
        var text = Encoding.UTF8.GetString(reply.Encoded.Span);
        FuzzException.Unless(
            !text.Replace("\r\n", "", StringComparison.Ordinal).Any(char.IsControl),
            $"{reply} is encoded with control characters"
        );
        FuzzException.Unless(
            reply.ToString().StartsWith(reply.Code.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            "the line"
        );
    }

    private static void Scan(IReadOnlyList<byte[]> pieces, List<SmtpReply> found, bool isNonsense)
    {
        var scanner = new ReplyScanner();
        foreach (var piece in pieces)
        {
            scanner.Scan(piece);
        }

        FuzzException.Unless(
            isNonsense || scanner.LastCode == (found.Count == 0 ? 0 : found[^1].Code),
            $"the scanner saw {scanner.LastCode} last"
        );
    }
}
