using System.Buffers;
using System.Text;

namespace Relay.Core.Spool.Bounces;

/// <summary>Finds the header section at the beginning of a message, whichever line ends it has.</summary>
internal static class HeaderSection
{
    /// <summary>
    /// Length of the header section with the end of its last line, without the empty line behind it. Where no empty line comes, and more
    /// may follow, it is cut behind the last whole line.
    /// </summary>
    public static int Measure(ReadOnlySpan<byte> head, bool isWholeMessage)
    {
        var position = 0;
        while (position < head.Length)
        {
            var line = head[position..];
            if (line[0] == '\n' || line.StartsWith("\r\n"u8))
            {
                return position;
            }

            var end = line.IndexOf((byte)'\n');
            if (end < 0)
            {
                return isWholeMessage ? head.Length
                    : position > 0 ? position
                    : LengthOfWholeCharacters(head);
            }

            position += end + 1;
        }

        return position;
    }

    // One line that never ends: half a UTF-8 character at the cut would make all of it unreadable.
    private static int LengthOfWholeCharacters(ReadOnlySpan<byte> line)
    {
        var isCut = Rune.DecodeLastFromUtf8(line, out _, out var length) == OperationStatus.NeedMoreData;
        return isCut ? line.Length - length : line.Length;
    }
}
