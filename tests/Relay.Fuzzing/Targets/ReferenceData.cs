using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Smtp;

namespace Relay.Fuzzing.Targets;

/// <summary>
/// The rules for the data of a message once more, and as plainly as can be: with the whole text at hand, by search and replacement. It shares no line with
/// <see cref="DataReader"/>.
/// </summary>
/// <param name="IsEnded">Whether the end of data is there; chunks have none.</param>
/// <param name="Length">Bytes up to behind the end, or all.</param>
/// <param name="Body">The message, if nothing is wrong with it.</param>
/// <param name="Faults">Everything that is wrong with it.</param>
internal sealed record ReferenceData(bool IsEnded, int Length, string Body, IReadOnlyList<DataFault> Faults)
{
    private const string End = "\r\n.\r\n";

    public static ReferenceData Of(byte[] wire, BareNewlineHandling bareNewlines, bool isChunked, long maximumSize, int maximumLine)
    {
        var text = Encoding.Latin1.GetString(wire);
        var isEnded = false;
        var length = text.Length;
        if (!isChunked)
        {
            // The CRLF of the DATA command is the first half of the end of an empty message.
            var end = ("\r\n" + text).IndexOf(End, StringComparison.Ordinal);
            isEnded = end >= 0;
            length = isEnded ? end + 3 : length;
            text = isEnded ? text[..end] : text;
            text = Unstuff(text);
        }

        var faults = new List<DataFault>();
        var withoutPairs = text.Replace("\r\n", "", StringComparison.Ordinal);
        if (bareNewlines == BareNewlineHandling.Reject && withoutPairs.AsSpan().ContainsAny('\r', '\n'))
        {
            faults.Add(DataFault.BareNewline);
        }

        AddIf(faults, DataFault.Nul, text.Contains('\0', StringComparison.Ordinal));
        var body = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        AddIf(faults, DataFault.TooLarge, body.Length > maximumSize);
        AddIf(faults, DataFault.LineTooLong, body.Split("\r\n") is var lines && IsAnyTooLong(lines, maximumLine));
        return new ReferenceData(isEnded, length, body, faults);
    }

    public bool Allows(DataFault fault) => fault == DataFault.None ? Faults.Count == 0 : Faults.Contains(fault);

    // A dot at the beginning of a line of the wire goes, unless a newline that stands alone follows: then it would be the whole of a line (DataReader).
    private static string Unstuff(string text) =>
        string.Join(
            "\r\n",
            text.Split("\r\n")
                .Select(static line => line.StartsWith('.') && !(line.Length > 1 && line[1] is '\r' or '\n') ? line[1..] : line)
        );

    // The last piece has no end of line yet.
    private static bool IsAnyTooLong(string[] lines, int maximum) =>
        lines[..^1].Any(line => line.Length + 2 > maximum) || lines[^1].Length > maximum;

    private static void AddIf(List<DataFault> faults, DataFault fault, bool isSo)
    {
        if (isSo)
        {
            faults.Add(fault);
        }
    }
}
