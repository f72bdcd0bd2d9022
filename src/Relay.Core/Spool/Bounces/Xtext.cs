using System.Globalization;
using System.Text;

namespace Relay.Core.Spool.Bounces;

/// <summary>Takes the xtext form (RFC 3461 §4) off values that are to stand in a notice.</summary>
internal static class Xtext
{
    /// <summary>
    /// The decoded value if it is printable ASCII, otherwise <paramref name="xtext"/> as it is: a line end or a byte of an unknown
    /// charset that hides in it must not come out.
    /// </summary>
    public static string Decode(string xtext)
    {
        if (!xtext.Contains('+', StringComparison.Ordinal))
        {
            return xtext;
        }

        var decoded = new StringBuilder(xtext.Length);
        for (var index = 0; index < xtext.Length; index++)
        {
            var character = xtext[index];
            if (character == '+')
            {
                if (!TryReadHex(xtext.AsSpan(index + 1), out character))
                {
                    return xtext;
                }

                index += 2;
            }

            if (character is < ' ' or > '~')
            {
                return xtext;
            }

            decoded.Append(character);
        }

        return decoded.ToString();
    }

    private static bool TryReadHex(ReadOnlySpan<char> text, out char character)
    {
        character = default;
        if (text.Length < 2 || !byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        character = (char)value;
        return true;
    }
}
