using System.Text;
using System.Text.Unicode;

namespace Relay.Core.Smtp;

/// <summary>The encoding of DSN parameters (RFC 3461 §4): printable ASCII, and <c>+XX</c> for everything else.</summary>
internal static class Xtext
{
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            var isPlain = text[index] is >= 33 and <= 126 and not (byte)'=' and not (byte)'+';
            if (isPlain)
            {
                continue;
            }

            if (text[index] != '+' || index + 2 >= text.Length || !IsHex(text[index + 1]) || !IsHex(text[index + 2]))
            {
                return false;
            }

            index += 2;
        }

        return true;
    }

    /// <summary>Takes the encoding off; false where there is none, or where what comes out is not UTF-8 or holds a control character.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out string decoded)
    {
        decoded = "";
        if (!IsValid(text))
        {
            return false;
        }

        var bytes = new byte[text.Length];
        var count = 0;
        for (var index = 0; index < text.Length; index++)
        {
            var isEncoded = text[index] == '+';
            bytes[count++] = isEncoded ? Convert.FromHexString(Encoding.ASCII.GetString(text.Slice(index + 1, 2)))[0] : text[index];
            index += isEncoded ? 2 : 0;
        }

        var result = bytes.AsSpan(0, count);
        if (!Utf8.IsValid(result) || result.ContainsAnyInRange((byte)0, (byte)31) || result.Contains((byte)127))
        {
            return false;
        }

        decoded = Encoding.UTF8.GetString(result);
        return true;
    }

    // RFC 3461 wants capitals; small letters mean the same and do come.
    private static bool IsHex(byte value) => char.IsAsciiHexDigit((char)value);
}
