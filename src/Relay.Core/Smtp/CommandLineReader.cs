using System.Buffers;
using Relay.Core.Messages;

namespace Relay.Core.Smtp;

/// <summary>Finds the command lines in what has arrived. Only CRLF ends a line; one that grows too long is skipped up to its end and never kept.</summary>
internal struct CommandLineReader
{
    /// <summary>
    /// RFC 5321 §4.5.3.1.4 asks for 512 octets and every extension adds to them; with DSN alone it is more than a thousand. The rest is room for
    /// paths that are longer than the RFC's.
    /// </summary>
    public const int MaximumLength = 2048 + MailPath.MaximumLength;

    private bool _isSkipping;

    /// <summary>Takes the next line off <paramref name="buffer"/>.</summary>
    /// <param name="buffer">What has arrived; afterwards what is left of it.</param>
    /// <param name="line">The line without its CRLF, when there is a whole one.</param>
    /// <param name="longest">The longest line that is taken.</param>
    public CommandLineStatus Read(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line, int longest = MaximumLength)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (reader.TryReadTo(out line, "\r\n"u8))
        {
            buffer = reader.UnreadSequence;
            var isTooLong = _isSkipping || line.Length > longest;
            _isSkipping = false;
            return isTooLong ? CommandLineStatus.TooLong : CommandLineStatus.Whole;
        }

        if (EndsInNewline(buffer))
        {
            // Somebody types into a terminal program that sends LF alone, and waits: nothing more is there. He is told at once. What came
            // is dropped, never run.
            buffer = buffer.Slice(buffer.End);
            _isSkipping = false;
            return CommandLineStatus.BareNewline;
        }

        var length = buffer.Length - (EndsIn(buffer, (byte)'\r') ? 1 : 0); // the CR may be the first half of the end
        if (_isSkipping || length > longest)
        {
            _isSkipping = true;
            buffer = buffer.Slice(length);
        }

        return CommandLineStatus.Incomplete;
    }

    private static bool EndsInNewline(in ReadOnlySequence<byte> buffer) => EndsIn(buffer, (byte)'\n');

    private static bool EndsIn(in ReadOnlySequence<byte> buffer, byte value) =>
        !buffer.IsEmpty && buffer.Slice(buffer.Length - 1).FirstSpan[0] == value;
}

internal enum CommandLineStatus
{
    /// <summary>More has to arrive.</summary>
    Incomplete,

    /// <summary>A line that ended in CRLF.</summary>
    Whole,

    /// <summary>A line that is too long; it was dropped.</summary>
    TooLong,

    /// <summary>What arrived ends in LF without CR; it was dropped.</summary>
    BareNewline,
}
