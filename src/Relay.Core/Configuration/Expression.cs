using System.Text.RegularExpressions;

namespace Relay.Core.Configuration;

/// <summary>Regular expressions that a configuration writes, for texts that strangers send: no text may keep Relay busy.</summary>
internal static class Expression
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>For expressions that only backtracking can match (lookarounds, back references): those that take longer do not match.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(50);

    /// <exception cref="ArgumentException">It is no regular expression; the text says where.</exception>
    public static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, Options | RegexOptions.NonBacktracking); // linear in the length of the text
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Options, TimeLimit);
        }
    }

    /// <summary>Null when the text does not match, or the time for finding out is over.</summary>
    public static Match? Match(Regex expression, string text)
    {
        try
        {
            var match = expression.Match(text);
            return match.Success ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
