using System.Text.RegularExpressions;

namespace Relay.Core.Telemetry.Trail;

/// <summary>Reads the name that a server gave a message in its own queue out of the text by which it accepted it: what its operator asks for.</summary>
internal static partial class UpstreamQueueId
{
    private const int PatienceMilliseconds = 50;

    /// <summary>Null when the text names none that is known.</summary>
    public static string? Of(string text)
    {
        try
        {
            var match = Pattern().Match(text);
            return match.Success ? match.Groups["id"].Value : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Whether the text names this one, however the server words it.</summary>
    public static bool IsNamed(string text, string id)
    {
        for (var at = text.IndexOf(id, StringComparison.OrdinalIgnoreCase); at >= 0; )
        {
            var end = at + id.Length;
            if ((at == 0 || !IsPart(text[at - 1])) && (end == text.Length || !IsPart(text[end])))
            {
                return true;
            }

            at = text.IndexOf(id, at + 1, StringComparison.OrdinalIgnoreCase);
        }

        return false;
    }

    private static bool IsPart(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    // Postfix, OpenSMTPD and many more; Exim; Exchange; Relay itself; SES, SendGrid and Gmail, which answer "Ok ID" or "OK ID - gsmtp"; sendmail.
    [GeneratedRegex(
        @"queued as (?<id>[\w.\-]+)|\bid=(?<id>[\w.\-]+)|InternalId=(?<id>\d+)|^(?:2\.\d\.\d )?ok:? (?<id>[\w.\-]*\d[\w.\-]*)|^(?<id>\w{8,}) message accepted",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        PatienceMilliseconds
    )]
    private static partial Regex Pattern();
}
