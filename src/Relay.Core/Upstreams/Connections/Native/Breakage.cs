using System.Net.Sockets;
using System.Security.Authentication;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>Tells what an exception that ended a dialogue stands for. What is not listed is a fault of ours and goes up.</summary>
internal static class Breakage
{
    /// <summary>Whether a server or a network can cause it.</summary>
    public static bool IsExpected(Exception exception) =>
        exception
            is IOException
                or SocketException
                or OperationCanceledException
                or ObjectDisposedException
                or AuthenticationException
                or InvalidOperationException { Source: "System.IO.Pipelines" };

    /// <summary>The kind of a dialogue that ended without a reply.</summary>
    public static UpstreamFailureKind KindOf(Exception exception, SessionGuard guard)
    {
        if (guard.Reason is { } reason)
        {
            return reason;
        }

        return exception is ReplyFormatException ? UpstreamFailureKind.Garbage : UpstreamFailureKind.ConnectionLost;
    }
}
