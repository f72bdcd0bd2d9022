using System.Text;

namespace Relay.Core.Reception.Verbs;

/// <summary>
/// Reads the name in EHLO and HELO. Real clients send names that are no domains (underscores, "localhost", bare addresses) and RFC 5321 §4.1.4
/// forbids to refuse mail for that, so only what is no word at all is refused.
/// </summary>
internal static class HelloName
{
    // RFC 5321 §4.5.3.1.2
    private const int MaximumLength = 255;

    public static bool TryRead(ReadOnlySpan<byte> argument, out string name)
    {
        var blank = argument.IndexOf((byte)' ');
        var word = blank < 0 ? argument : argument[..blank];
        name = "";
        if (word.IsEmpty || word.Length > MaximumLength || word.ContainsAnyInRange((byte)0, (byte)32) || word.Contains((byte)127))
        {
            return false;
        }

        name = Encoding.UTF8.GetString(word);
        return true;
    }
}
