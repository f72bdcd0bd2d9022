using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Extensions;

/// <summary>What Relay offers in EHLO. 8BITMIME and SMTPUTF8 are promises for the servers behind, so they can be left out.</summary>
internal static class StandardExtensions
{
    /// <param name="maximumSize">Bytes that SIZE announces.</param>
    /// <param name="eightBitMime">Whether some upstream can carry 8BITMIME.</param>
    /// <param name="smtpUtf8">Whether some upstream can carry SMTPUTF8; it needs 8BITMIME (RFC 6531 §3.1).</param>
    /// <param name="chunking">Whether BDAT is taken.</param>
    /// <param name="startTls">Whether the listener has STARTTLS.</param>
    /// <param name="maximumRecipients">Recipients of a message, which LIMITS announces; null: nothing is announced.</param>
    /// <param name="servers">What the servers behind can carry at the moment; null: anything.</param>
    /// <param name="logins">Who may log in; null: nobody.</param>
    public static IReadOnlyList<SmtpExtension> Create(
        long maximumSize,
        bool eightBitMime = true,
        bool smtpUtf8 = true,
        bool chunking = true,
        bool startTls = false,
        int? maximumRecipients = null,
        ServersBehind? servers = null,
        LoginSettings? logins = null
    )
    {
        var behind = servers ?? ServersBehind.OfAnyKind;
        var extensions = new List<SmtpExtension> { new PipeliningExtension(), new SizeExtension(maximumSize) };
        if (eightBitMime)
        {
            extensions.Add(new EightBitMimeExtension(behind));
        }

        if (eightBitMime && smtpUtf8)
        {
            extensions.Add(new SmtpUtf8Extension(behind));
        }

        extensions.Add(new EnhancedStatusCodesExtension());
        extensions.Add(new DsnExtension());
        if (chunking)
        {
            extensions.Add(new ChunkingExtension());
        }

        if (maximumRecipients is { } recipients)
        {
            extensions.Add(new LimitsExtension(recipients));
        }

        extensions.Add(new XClientExtension());
        if (startTls)
        {
            extensions.Add(new StartTlsExtension());
        }

        extensions.Add(new RequireTlsExtension(behind));

        if (logins is not null)
        {
            extensions.Add(new AuthExtension(logins));
        }

        return extensions;
    }
}
