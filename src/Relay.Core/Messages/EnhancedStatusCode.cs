using System.Globalization;

namespace Relay.Core.Messages;

/// <summary>The three numbers of RFC 3463 §2: class (2, 4 or 5), subject and detail (0 to 999).</summary>
public readonly record struct EnhancedStatusCode(int Class, int Subject, int Detail)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    /// <summary>Reads the code a reply's text begins with; <paramref name="length"/> is the number of characters it takes, with the blank behind it.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out EnhancedStatusCode code, out int length)
    {
        code = default;
        length = 0;
        var end = text.IndexOf(' ');
        var token = end < 0 ? text : text[..end];
        Span<Range> parts = stackalloc Range[4];
        if (token.Split(parts, '.') != 3 || token[parts[0]] is not ("2" or "4" or "5"))
        {
            return false;
        }

        if (!TryReadNumber(token[parts[1]], out var subject) || !TryReadNumber(token[parts[2]], out var detail))
        {
            return false;
        }

        code = new EnhancedStatusCode(token[0] - '0', subject, detail);
        length = end < 0 ? text.Length : end + 1;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        return digits.Length is >= 1 and <= 3 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
