using System.Globalization;
using MailKit.Net.Smtp;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>The keywords of RFC 5321 §4.1.1.1 and its extensions for what MailKit read from EHLO; it knows no others.</summary>
internal static class ExtensionNames
{
    private static readonly (SmtpCapabilities Capability, string Keyword)[] Keywords =
    [
        (SmtpCapabilities.Pipelining, "PIPELINING"),
        (SmtpCapabilities.EightBitMime, "8BITMIME"),
        (SmtpCapabilities.UTF8, "SMTPUTF8"),
        (SmtpCapabilities.EnhancedStatusCodes, "ENHANCEDSTATUSCODES"),
        (SmtpCapabilities.Dsn, "DSN"),
        (SmtpCapabilities.Chunking, "CHUNKING"),
        (SmtpCapabilities.BinaryMime, "BINARYMIME"),
        (SmtpCapabilities.StartTLS, "STARTTLS"),
        (SmtpCapabilities.RequireTLS, "REQUIRETLS"),
        (SmtpCapabilities.Authentication, "AUTH"),
    ];

    public static IReadOnlyList<string> Of(SmtpCapabilities capabilities, uint maximumSize)
    {
        var keywords = Keywords.Where(entry => capabilities.HasFlag(entry.Capability)).Select(static entry => entry.Keyword);
        return capabilities.HasFlag(SmtpCapabilities.Size)
            ? [.. keywords, maximumSize == 0 ? "SIZE" : string.Create(CultureInfo.InvariantCulture, $"SIZE {maximumSize}")]
            : [.. keywords];
    }
}
