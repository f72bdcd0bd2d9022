using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>Tells what an exception that ended a dialogue stands for. What is not listed is a fault of ours and goes up.</summary>
internal static class Breakage
{
    /// <summary>Whether a server or a network can cause it.</summary>
    public static bool IsExpected(Exception exception) =>
        exception
            is ProtocolException
                or CommandException
                or OperationCanceledException
                or IOException
                or SocketException
                or ServiceNotConnectedException
                or ObjectDisposedException
                or SslHandshakeException;

    /// <summary>The kind of a dialogue that ended without a reply.</summary>
    public static UpstreamFailureKind KindOf(Exception exception, SessionGuard guard, DialogueWatch watch)
    {
        if (guard.Reason is { } reason && reason != UpstreamFailureKind.Reply)
        {
            return reason;
        }

        return exception is SmtpProtocolException && watch.SawGarbage ? UpstreamFailureKind.Garbage : UpstreamFailureKind.ConnectionLost;
    }
}
