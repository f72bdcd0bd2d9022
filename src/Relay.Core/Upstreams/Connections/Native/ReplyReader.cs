using System.Runtime.CompilerServices;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>Reads replies (RFC 5321 §4.2) of one or several lines, however they are cut into packets.</summary>
/// <remarks>A server says much the same to each message: the last reply at each stage is kept with its bytes, and read anew only when they differ.</remarks>
internal sealed class ReplyReader(SmtpWire wire)
{
    private const int CodeLength = 3;
    private const int LongestKept = 256;

    private readonly (byte[] Bytes, SmtpReply Reply)[] _kept = new (byte[], SmtpReply)[(int)TransactionStage.Dot + 1];

    /// <summary>The next reply.</summary>
    /// <param name="stage">What it answers.</param>
    /// <exception cref="IOException">The connection was lost, or what came is no reply.</exception>
    /// <exception cref="OperationCanceledException">The guard has ended the dialogue.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SmtpReply> ReadAsync(TransactionStage stage)
    {
        int length;
        while ((length = FindEnd(wire.Received)) == 0)
        {
            await wire.FillAsync();
        }

        var reply = Decode(wire.Received[..length], ref _kept[(int)stage]);
        wire.Take(length);
        return reply;
    }

    /// <summary>Length of the first reply with all its lines; 0 while it is not complete.</summary>
    private static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        var code = -1;
        while (true)
        {
            var end = bytes[length..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return 0;
            }

            var line = bytes.Slice(length, end).TrimEnd((byte)'\r');
            length += end + 1;
            if (!TryReadCode(line, out var codeOfLine) || (code >= 0 && code != codeOfLine))
            {
                throw new ReplyFormatException("What came is no reply.");
            }

            code = codeOfLine;
            if (line.Length == CodeLength || line[CodeLength] != (byte)'-')
            {
                return length;
            }
        }
    }

    private static bool TryReadCode(ReadOnlySpan<byte> line, out int code)
    {
        code = 0;
        if (
            line.Length < CodeLength
            || line[0] is < (byte)'2' or > (byte)'5'
            || line[1..CodeLength].ContainsAnyExceptInRange((byte)'0', (byte)'9')
        )
        {
            return false;
        }

        code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0';
        return line.Length == CodeLength || line[CodeLength] is (byte)' ' or (byte)'-';
    }

    private static SmtpReply Decode(ReadOnlySpan<byte> bytes, ref (byte[] Bytes, SmtpReply Reply) kept)
    {
        if (kept.Bytes is not null && bytes.SequenceEqual(kept.Bytes))
        {
            return kept.Reply;
        }

        TryReadCode(bytes[..(CodeLength + 1)].TrimEnd("\r\n"u8), out var code);
        var reply = SmtpReply.Parse(code, TextOf(bytes));
        if (bytes.Length <= LongestKept)
        {
            kept = (bytes.ToArray(), reply);
        }

        return reply;
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = bytes[..end].TrimEnd((byte)'\r');
            text.Append(text.Length > 0 ? "\n" : "");
            if (line.Length > CodeLength)
            {
                Append(text, line[(CodeLength + 1)..]);
            }

            bytes = bytes[(end + 1)..];
        }

        return text.ToString();
    }

    /// <summary>UTF-8 (RFC 6531 §3.7.4.1); what is none is taken for Latin-1 rather than lost.</summary>
    private static void Append(StringBuilder text, ReadOnlySpan<byte> line) =>
        text.Append(System.Text.Unicode.Utf8.IsValid(line) ? Encoding.UTF8.GetString(line) : Encoding.Latin1.GetString(line));
}
