using MailKit.Net.Smtp;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>Reads MailKit's replies.</summary>
internal static class Replies
{
    public static SmtpReply Read(SmtpResponse response) => SmtpReply.Parse((int)response.StatusCode, response.Response);

    public static SmtpReply Read(SmtpCommandException exception) => SmtpReply.Parse((int)exception.StatusCode, exception.Message);
}
