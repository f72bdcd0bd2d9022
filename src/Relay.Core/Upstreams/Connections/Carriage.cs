using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections;

/// <summary>What a message needs of a server, and the reply where the server does not offer it: Relay re-encodes nothing and drops nothing.</summary>
internal static class Carriage
{
    private static readonly SmtpReply SmtpUtf8Missing = new(553, new EnhancedStatusCode(5, 6, 7), "The server does not offer SMTPUTF8");
    private static readonly SmtpReply EightBitMissing = new(554, new EnhancedStatusCode(5, 6, 3), "The server does not offer 8BITMIME");

    private static readonly SmtpReply RequireTlsMissing = new(
        550,
        new EnhancedStatusCode(5, 7, 30),
        "The server does not offer REQUIRETLS"
    );

    /// <summary>Whether SMTPUTF8 has to be said (RFC 6531 §3.1): the client said it, or the envelope or the header is not ASCII.</summary>
    public static bool NeedsSmtpUtf8(Transaction transaction)
    {
        var envelope = transaction.Message.Envelope;
        var needs = envelope.SmtpUtf8 || transaction.Message.Body.Traits.HasFlag(BodyTraits.EightBitHeader) || !envelope.Sender.IsAscii;
        for (var index = 0; index < transaction.Recipients.Count && !needs; index++)
        {
            needs = !transaction.Recipients[index].Path.IsAscii;
        }

        return needs;
    }

    /// <summary>The refusal, or null when the server can take the message.</summary>
    public static SmtpReply? Refusal(Transaction transaction, bool needsSmtpUtf8, UpstreamCapabilities capabilities)
    {
        if (needsSmtpUtf8 && !capabilities.SmtpUtf8)
        {
            return SmtpUtf8Missing;
        }

        if (transaction.Message.Envelope.RequireTls && !capabilities.RequireTls)
        {
            return RequireTlsMissing;
        }

        var needsEightBit = transaction.Message.Envelope.Body == BodyType.EightBitMime;
        return needsEightBit && !capabilities.EightBitMime ? EightBitMissing : null;
    }
}
