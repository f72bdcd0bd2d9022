using System.Text;

namespace Relay.Core.Spool.Bounces;

/// <summary>
/// Writes lines and header fields of which no part is trusted: whatever a value holds, it ends in the line or field that it was given to.
/// </summary>
/// <param name="isInternational">Whether UTF-8 may stand in it (RFC 6533); otherwise what is not ASCII becomes a question mark.</param>
internal sealed class NoticeWriter(bool isInternational)
{
    /// <summary>Octets of a value that are written without a fold; RFC 5322 §2.1.1 allows 998 with the field's name.</summary>
    public const int LongestLine = 900;

    /// <summary>RFC 5322 §2.1.1 would have no line be longer.</summary>
    private const int Width = 76;

    /// <summary>A longer word is cut; as UTF-8 it takes up to three times as many octets.</summary>
    private const int LongestWord = 300;

    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public NoticeWriter Line(string text = "")
    {
        _text.Append(Clean(text)).Append("\r\n");
        return this;
    }

    /// <summary>A field whose value stands on one line exactly as it is, unless that line would be too long for mail.</summary>
    public NoticeWriter Field(string name, string value) =>
        Encoding.UTF8.GetByteCount(value) <= LongestLine ? Line($"{name}: {value}") : FoldedField(name, value);

    /// <summary>A field whose value may be folded (RFC 5322 §2.2.3) and has its runs of blanks made one.</summary>
    public NoticeWriter FoldedField(string name, string value)
    {
        _text.Append(name).Append(':');
        Fill(name.Length + 1, value, " ");
        return this;
    }

    /// <summary>Text for people, each of its lines behind <paramref name="indent"/>.</summary>
    public NoticeWriter Paragraph(string text, string indent = "")
    {
        _text.Append(indent);
        Fill(indent.Length, text, indent);
        return this;
    }

    private void Fill(int column, string text, string indent)
    {
        var isAtStart = column == indent.Length;
        foreach (var word in Words(Clean(text)))
        {
            if (!isAtStart && column + 1 + word.Length > Width)
            {
                _text.Append("\r\n").Append(indent);
                column = indent.Length;
                isAtStart = true;
            }

            if (!isAtStart)
            {
                _text.Append(' ');
                column++;
            }

            _text.Append(word);
            column += word.Length;
            isAtStart = false;
        }

        _text.Append("\r\n");
    }

    private static IEnumerable<string> Words(string text)
    {
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var start = 0;
            while (word.Length - start > LongestWord)
            {
                // Half a character is none.
                var length = char.IsHighSurrogate(word[start + LongestWord - 1]) ? LongestWord - 1 : LongestWord;
                yield return word.Substring(start, length);
                start += length;
            }

            yield return word[start..];
        }
    }

    private string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
            {
                clean.Append(' ');
            }
            else if (rune.IsAscii || isInternational)
            {
                clean.Append(rune.ToString());
            }
            else
            {
                clean.Append('?');
            }
        }

        return clean.ToString();
    }
}
