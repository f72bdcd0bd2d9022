using System.Globalization;
using System.Text;

namespace Relay.Core.Messages;

/// <summary>One reply of RFC 5321 §4.2: a code, an enhanced code (RFC 2034) where there is one, and text.</summary>
public sealed record SmtpReply
{
    private byte[]? _encoded;
    private string? _line;

    /// <param name="code">200 to 599.</param>
    /// <param name="enhanced">Enhanced status code; null where RFC 2034 §4 wants none (greeting, EHLO, 3xx).</param>
    /// <param name="text">One line, or several with <c>\n</c> between them. CR and control characters are made blanks.</param>
    public SmtpReply(int code, EnhancedStatusCode? enhanced, string text)
    {
        Code = code;
        Enhanced = enhanced;
        Text = Clean(text);
    }

    public int Code { get; }

    public EnhancedStatusCode? Enhanced { get; }

    public string Text { get; }

    /// <summary>2yz (RFC 5321 §4.2.1).</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>4yz: try again later.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>5yz: do not try again.</summary>
    public bool IsPermanent => Code is >= 500 and < 600;

    /// <summary>Makes a reply of what an upstream sent: the text of all its lines, the enhanced code of the first taken off and kept.</summary>
    public static SmtpReply Parse(int code, string text)
    {
        if (!EnhancedStatusCode.TryRead(text, out var enhanced, out var length))
        {
            return new SmtpReply(code, null, text);
        }

        // In a reply of several lines each begins with the code (RFC 2034 §4).
        var rest = text[length..].Replace($"\n{enhanced} ", "\n", StringComparison.Ordinal);
        return new SmtpReply(code, enhanced, rest);
    }

    /// <summary>The bytes of the wire, line ends included; made once.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded ??= Encode();

    /// <summary>One line for logs and texts: <c>451 4.3.0 busy</c>.</summary>
    public override string ToString() =>
        _line ??= string.Create(CultureInfo.InvariantCulture, $"{Code} {Prefix}{Text.Replace('\n', ' ')}").TrimEnd();

    /// <summary>What was made of it once, its bytes and its line, is no part of what it is.</summary>
    public bool Equals(SmtpReply? other) =>
        other is not null && Code == other.Code && Enhanced == other.Enhanced && string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Code, Enhanced, Text);

    private string Prefix => Enhanced is { } enhanced ? $"{enhanced} " : "";

    private byte[] Encode()
    {
        var prefix = Prefix;
        if (!Text.Contains('\n', StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Code} {prefix}{Text}\r\n"));
        }

        var lines = Text.Split('\n');
        var wire = new StringBuilder();
        for (var index = 0; index < lines.Length; index++)
        {
            var separator = index == lines.Length - 1 ? ' ' : '-';
            wire.Append(CultureInfo.InvariantCulture, $"{Code}{separator}{prefix}{lines[index]}\r\n");
        }

        return Encoding.UTF8.GetBytes(wire.ToString());
    }

    private static string Clean(string text)
    {
        var isClean = true;
        foreach (var character in text)
        {
            isClean &= character == '\n' || !char.IsControl(character);
        }

        return isClean
            ? text
            : string.Create(
                text.Length,
                text,
                static (clean, dirty) =>
                {
                    for (var index = 0; index < dirty.Length; index++)
                    {
                        clean[index] = dirty[index] != '\n' && char.IsControl(dirty[index]) ? ' ' : dirty[index];
                    }
                }
            );
    }
}
