using System.Buffers;
using Relay.Core.Messages;

namespace Relay.Admin;

/// <summary>Reads addresses as people write them in requests.</summary>
internal static class AddressText
{
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create("\r\n\0 <>");

    /// <summary>With or without angle brackets; null when it is none.</summary>
    public static MailPath? TryRead(string text)
    {
        var path = text.AsSpan().Trim().TrimStart('<').TrimEnd('>');
        return path.Length > MailPath.MaximumLength || path.ContainsAny(NotInPaths) ? null : new MailPath(path.ToString());
    }
}
