using System.Text;

namespace Relay.Core.Pickup;

/// <summary>
/// The header section of a file: the envelope in its <c>X-Sender</c> and <c>X-Receiver</c> fields, and all other lines as they are. A recipient that stands in no field but those is a blind one,
/// so none of them may be left in the message.
/// </summary>
internal sealed class PickupHeader
{
    /// <summary>Longest header section in bytes.</summary>
    public const int Longest = 256 * 1024;

    private readonly List<ReadOnlyMemory<byte>> _kept = [];

    private PickupHeader() { }

    /// <summary>Values of <c>X-Sender</c>.</summary>
    public List<string> Senders { get; } = [];

    /// <summary>Values of <c>X-Receiver</c>.</summary>
    public List<string> Receivers { get; } = [];

    /// <summary>The lines that stay, with their line ends.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Kept => _kept;

    /// <summary>Bytes of the section, the empty line behind it included.</summary>
    public int Length { get; private set; }

    /// <summary>Reads the section at the beginning of <paramref name="head"/>.</summary>
    /// <param name="head">The first bytes of the file.</param>
    /// <param name="isAll">There are no more.</param>
    /// <returns>Null when it does not end in there.</returns>
    public static PickupHeader? Read(ReadOnlyMemory<byte> head, bool isAll)
    {
        var header = new PickupHeader();
        List<string>? values = null; // of the field that the line before belongs to, where it is one of the envelope
        while (header.Length < head.Length)
        {
            var rest = head[header.Length..];
            var end = rest.Span.IndexOf((byte)'\n');
            if (end < 0 && !isAll)
            {
                return null;
            }

            var line = end < 0 ? rest : rest[..(end + 1)];
            header.Length += line.Length;
            var text = line.Span.TrimEnd("\r\n"u8);
            if (text.IsEmpty)
            {
                header._kept.Add(line);
                return header;
            }

            values = header.Take(line, text, values);
        }

        return isAll ? header : null;
    }

    private List<string>? Take(ReadOnlyMemory<byte> line, ReadOnlySpan<byte> text, List<string>? before)
    {
        if (text[0] is (byte)' ' or (byte)'\t')
        {
            if (before is null)
            {
                _kept.Add(line);
            }
            else
            {
                before[^1] += Encoding.UTF8.GetString(text); // a folded field
            }

            return before;
        }

        var values = ValuesOf(text, out var value);
        if (values is null)
        {
            _kept.Add(line);
        }
        else
        {
            values.Add(Encoding.UTF8.GetString(value));
        }

        return values;
    }

    private List<string>? ValuesOf(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        value = line[(colon + 1)..];
        var name = colon < 0 ? default : line[..colon].TrimEnd(" \t"u8);
        return Ascii.EqualsIgnoreCase(name, "X-Sender"u8) ? Senders
            : Ascii.EqualsIgnoreCase(name, "X-Receiver"u8) ? Receivers
            : null;
    }
}
