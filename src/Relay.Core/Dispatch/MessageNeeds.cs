using Relay.Core.Messages;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Dispatch;

/// <summary>What a message needs of a server, so that only those that can carry it are candidates.</summary>
/// <param name="SmtpUtf8">It was declared and there is something non-ASCII in envelope or header (RFC 6531 §3.6). Undeclared 8-bit passes as it came.</param>
/// <param name="EightBitMime">BODY=8BITMIME was declared (RFC 6152 §3).</param>
/// <param name="Size">Bytes.</param>
/// <param name="RequireTls">REQUIRETLS was declared (RFC 8689).</param>
internal readonly record struct MessageNeeds(bool SmtpUtf8, bool EightBitMime, long Size, bool RequireTls = false)
{
    public static MessageNeeds Of(ReceivedMessage message) =>
        new(NeedsSmtpUtf8(message), message.Envelope.Body == BodyType.EightBitMime, message.Body.Length, message.Envelope.RequireTls);

    /// <summary>Whether a server can carry the message; one whose EHLO was never seen (null) might.</summary>
    public bool AreMetBy(UpstreamCapabilities? server) => WhatIsMissing(server) is null;

    /// <summary>The reply that says what the server lacks, null when it can carry the message.</summary>
    public SmtpReply? WhatIsMissing(UpstreamCapabilities? server)
    {
        if (server is null)
        {
            return null;
        }

        if (SmtpUtf8 && !server.SmtpUtf8)
        {
            return CarryReplies.SmtpUtf8Missing;
        }

        if (EightBitMime && !server.EightBitMime)
        {
            return CarryReplies.EightBitMimeMissing;
        }

        if (RequireTls && !server.RequireTls)
        {
            return CarryReplies.RequireTlsMissing;
        }

        return server.MaximumSize is { } maximum && Size > maximum ? CarryReplies.TooLarge : null;
    }

    private static bool NeedsSmtpUtf8(ReceivedMessage message)
    {
        var envelope = message.Envelope;
        return envelope.SmtpUtf8
            && (
                message.Body.Traits.HasFlag(BodyTraits.EightBitHeader)
                || !envelope.Sender.IsAscii
                || envelope.Recipients.Any(recipient => !recipient.Path.IsAscii)
            );
    }
}

/// <summary>Replies for messages that no server of a group can carry.</summary>
internal static class CarryReplies
{
    public static readonly SmtpReply SmtpUtf8Missing = new(550, new EnhancedStatusCode(5, 6, 7), "No upstream server supports SMTPUTF8");

    public static readonly SmtpReply EightBitMimeMissing = new(
        554,
        new EnhancedStatusCode(5, 6, 3),
        "No upstream server supports 8BITMIME"
    );

    /// <summary>RFC 8689 §4.2.1.</summary>
    public static readonly SmtpReply RequireTlsMissing = new(
        550,
        new EnhancedStatusCode(5, 7, 30),
        "No upstream server supports REQUIRETLS"
    );

    public static readonly SmtpReply SenderNotTaken = new(
        550,
        new EnhancedStatusCode(5, 7, 1),
        "No upstream server takes mail of this sender"
    );

    public static readonly SmtpReply TooLarge = new(
        552,
        new EnhancedStatusCode(5, 3, 4),
        "The message is too large for every upstream server"
    );
}
