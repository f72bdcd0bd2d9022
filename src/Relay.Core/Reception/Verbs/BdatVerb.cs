using System.Buffers.Text;
using System.Text;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>BDAT (RFC 3030 §2): notes how many octets follow; the session reads them, and answers after them.</summary>
internal sealed class BdatVerb : VerbHandler
{
    // RFC 3030 §2: chunk-size is 1*20DIGIT.
    private const int MaximumDigits = 20;

    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        var blank = argument.IndexOf((byte)' ');
        var digits = blank < 0 ? argument : argument[..blank];
        var marker = blank < 0 ? default : argument[blank..].TrimStart((byte)' ');
        var isLast = Ascii.EqualsIgnoreCase(marker, "LAST"u8);
        if (!TryReadSize(digits, out var size) || (!isLast && !marker.IsEmpty))
        {
            // Nobody knows how many octets follow; read as commands they could be anybody's.
            return new VerbResult(Replies.BadArguments, NextStep.Close);
        }

        context.Chunk = new Chunk(size, isLast);
        return new VerbResult(Replies.ChunkOk, NextStep.ReceiveChunk);
    }

    private static bool TryReadSize(ReadOnlySpan<byte> digits, out long size)
    {
        size = 0;
        var isNumber = digits.Length is > 0 and <= MaximumDigits && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        return isNumber && Utf8Parser.TryParse(digits, out size, out _);
    }
}
