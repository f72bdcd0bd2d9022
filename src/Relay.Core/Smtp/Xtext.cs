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

    // RFC 3461 wants capitals; small letters mean the same and do come.
    private static bool IsHex(byte value) => char.IsAsciiHexDigit((char)value);
}
