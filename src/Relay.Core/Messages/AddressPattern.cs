namespace Relay.Core.Messages;

/// <summary>
/// A pattern for sender or recipient addresses: <c>user@example.com</c>, <c>*@example.com</c>, <c>*@*.example.com</c>, <c>bounce-*@example.com</c>,
/// <c>*</c>, or <c>&lt;&gt;</c> for the null sender. <c>*</c> stands for any characters but <c>@</c>; alone it matches every address. Case is ignored: a route that
/// misses a client's <c>User@EXAMPLE.com</c> would surprise.
/// </summary>
internal sealed class AddressPattern
{
    private readonly string _localPart;
    private readonly string _domain;
    private readonly bool _isNullSender;
    private readonly bool _isAnything;

    private AddressPattern(string text)
    {
        _isNullSender = text == "<>";
        _isAnything = text == "*";
        var at = text.LastIndexOf('@');
        _localPart = at < 0 ? "" : text[..at];
        _domain = at < 0 ? "" : text[(at + 1)..];
    }

    /// <summary>The one domain that addresses must have to match; null when there are several.</summary>
    public string? LiteralDomain => _domain.Length == 0 || _domain.Contains('*', StringComparison.Ordinal) ? null : _domain;

    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out AddressPattern? pattern)
    {
        var at = text.LastIndexOf('@');
        var isValid = text is "<>" or "*" || (at > 0 && at < text.Length - 1 && !text.AsSpan().ContainsAny(" <>\t"));
        pattern = isValid ? new AddressPattern(text) : null;
        return isValid;
    }

    public bool Matches(MailPath path)
    {
        if (_isAnything || path.IsNull)
        {
            return path.IsNull ? _isNullSender || _isAnything : _isAnything;
        }

        return !_isNullSender && Glob(_localPart, path.LocalPart) && Glob(_domain, path.Domain);
    }

    /// <summary>Matches with <c>*</c> by going back to the last star when the text behind it does not fit: linear in practice, never exponential.</summary>
    private static bool Glob(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (p, t, star, retry) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = t;
            }
            else if (p < pattern.Length && char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].Trim('*').IsEmpty;
    }
}
