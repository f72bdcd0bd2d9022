using System.Buffers;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Smtp;

/// <summary>
/// Reads the path of MAIL and RCPT (RFC 5321 §4.1.2), and no more strictly than real mail allows: <c>a..b@example.com</c> exists, and the servers
/// behind know better than a relay who their users are. What could be read in two ways is refused.
/// </summary>
internal static class PathParser
{
    // Of the specials of RFC 5321 only the dot may stand outside quotes.
    private static readonly SearchValues<byte> NotInAtom = SearchValues.Create(Unprintable("()<>[]:;@\\,\" "u8));
    private static readonly SearchValues<byte> NotInQuotes = SearchValues.Create(Unprintable([]));
    private static readonly SearchValues<byte> NotInDomain = SearchValues.Create(Unprintable("()<>[]:;@\\,\" !#$%&'*+/=?^`{|}~"u8));
    private static readonly SearchValues<byte> NotInLiteral = SearchValues.Create(Unprintable("[\\] <>\""u8));

    /// <summary>Reads <c>FROM:&lt;path&gt; parameters</c> or <c>TO:&lt;path&gt; parameters</c>.</summary>
    /// <param name="argument">What follows the verb.</param>
    /// <param name="keyword"><c>FROM:</c> or <c>TO:</c>.</param>
    /// <param name="path">The bytes between the angle brackets; empty for the null path.</param>
    /// <param name="parameters">What follows the path.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> argument,
        ReadOnlySpan<byte> keyword,
        out ReadOnlySpan<byte> path,
        out ReadOnlySpan<byte> parameters
    )
    {
        path = default;
        parameters = default;
        if (argument.Length < keyword.Length || !Ascii.EqualsIgnoreCase(argument[..keyword.Length], keyword))
        {
            return false;
        }

        // Many clients write "FROM: <path>", which RFC 5321 §4.1.1.2 does not allow and every server takes.
        var text = argument[keyword.Length..].TrimStart((byte)' ');
        var end = FindClosingBracket(text);
        if (end < 0 || (end + 1 < text.Length && text[end + 1] != ' '))
        {
            return false;
        }

        path = text[1..end];
        parameters = text[(end + 1)..].Trim((byte)' ');
        return path.IsEmpty || IsPath(path);
    }

    private static int FindClosingBracket(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '<')
        {
            return -1;
        }

        var isQuoted = false;
        for (var index = 1; index < text.Length; index++)
        {
            switch (text[index])
            {
                case (byte)'\\' when isQuoted:
                    index++;
                    break;
                case (byte)'"':
                    isQuoted = !isQuoted;
                    break;
                case (byte)'>' when !isQuoted:
                    return index;
            }
        }

        return -1;
    }

    private static bool IsPath(ReadOnlySpan<byte> path)
    {
        if (Encoding.UTF8.GetCharCount(path) > MailPath.MaximumLength || !TrySkipSourceRoute(ref path))
        {
            return false;
        }

        // RFC 5321 §4.1.1.3: Postmaster needs no domain. Everybody else does.
        if (Ascii.EqualsIgnoreCase(path, "postmaster"u8))
        {
            return true;
        }

        var localPart = LocalPartLength(path);
        return localPart > 0 && localPart < path.Length && path[localPart] == '@' && IsDomain(path[(localPart + 1)..]);
    }

    // "@one,@two:" of RFC 5321 §4.1.2 (A-d-l): must be accepted, and is passed on as it came.
    private static bool TrySkipSourceRoute(ref ReadOnlySpan<byte> path)
    {
        if (path[0] != '@')
        {
            return true;
        }

        var colon = path.IndexOf((byte)':');
        if (colon < 0)
        {
            return false;
        }

        foreach (var range in path[..colon].Split((byte)','))
        {
            var hop = path[range];
            if (hop.Length < 2 || hop[0] != '@' || !IsDomain(hop[1..]))
            {
                return false;
            }
        }

        path = path[(colon + 1)..];
        return !path.IsEmpty;
    }

    private static int LocalPartLength(ReadOnlySpan<byte> path)
    {
        if (path[0] != '"')
        {
            var end = path.IndexOfAny(NotInAtom);
            return end < 0 ? path.Length : end;
        }

        for (var index = 1; index < path.Length; index++)
        {
            if (path[index] == '\\')
            {
                index++;
            }
            else if (path[index] == '"')
            {
                return path[..index].ContainsAny(NotInQuotes) ? 0 : index + 1;
            }
        }

        return 0;
    }

    private static bool IsDomain(ReadOnlySpan<byte> domain)
    {
        if (domain.IsEmpty)
        {
            return false;
        }

        if (domain[0] != '[')
        {
            return domain[0] != '.' && !domain.ContainsAny(NotInDomain);
        }

        return domain.Length > 2 && domain[^1] == ']' && !domain[1..^1].ContainsAny(NotInLiteral);
    }

    private static byte[] Unprintable(ReadOnlySpan<byte> further)
    {
        var values = new List<byte> { 127 };
        for (byte value = 0; value < 32; value++)
        {
            values.Add(value);
        }

        values.AddRange(further);
        return [.. values];
    }
}
