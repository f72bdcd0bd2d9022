using System.Text.RegularExpressions;
using Relay.Core.Messages;

namespace Relay.Core.Forwarding;

/// <summary>Recognises replies about the relay, the account or the server itself: no message would fare better, another server may.</summary>
internal static class ServerComplaints
{
    // NonBacktracking: linear in the length of whatever a server sends. A limit by the clock would fail on a busy machine.
    private static readonly Regex Complaints = new(
        string.Join(
            '|',
            @"relay(ing)? (access )?(is )?(denied|not permitted|not allowed|prohibited)",
            @"unable to relay",
            @"(client )?host( name| \S+)? (is )?(blocked|rejected|blacklisted)",
            @"(ip|address) (is |has been )?(blocked|blacklisted|listed)",
            @"account (is |has been )?(suspended|disabled|blocked|locked)"
        ),
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    );

    /// <summary>It wants, or refuses, Relay's own login: no word for a client, nor for a sender.</summary>
    public static bool IsAboutCredentials(SmtpReply reply) => reply.Code is 530 or 535 or 538;

    public static bool IsAboutServer(SmtpReply reply)
    {
        if (IsAboutCredentials(reply))
        {
            return true;
        }

        // x.3.x: mail system status (RFC 3463 §3.4); x.3.4 is "message too big", which is about the message.
        if (reply.Enhanced is { Subject: 3, Detail: not 4 })
        {
            return true;
        }

        return reply.IsPermanent && Complaints.IsMatch(reply.Text);
    }
}
