using MailKit.Net.Smtp;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>Reads MailKit's replies, and tells those that decide something from those that fit nowhere.</summary>
internal static class Replies
{
    private const int StartMailInput = 354;
    private const int ServiceClosing = 421;

    public static SmtpReply Read(SmtpResponse response) => SmtpReply.Parse((int)response.StatusCode, response.Response);

    public static SmtpReply Read(SmtpCommandException exception) => SmtpReply.Parse((int)exception.StatusCode, exception.Message);

    /// <summary>
    /// Whether a reply says yes or no to what was asked. 421 ends the session whatever was asked (RFC 5321 §3.8); 500, 502 and 503 say that client and server
    /// are out of step, except for the dot, where every 5yz means that the message was not taken.
    /// </summary>
    public static bool IsVerdict(TransactionStage stage, int code)
    {
        if (code == ServiceClosing)
        {
            return false;
        }

        var isOutOfStep = stage != TransactionStage.Dot && code is (500 or 502 or 503);
        var isPositive = stage switch
        {
            TransactionStage.Mail => code is >= 250 and < 260, // what MailKit goes on after
            TransactionStage.Data => code == StartMailInput,
            _ => code is >= 200 and < 300,
        };
        return isPositive || code is >= 400 and < 500 || (code is >= 500 and < 600 && !isOutOfStep);
    }
}
