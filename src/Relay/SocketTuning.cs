using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Relay;

/// <summary>
/// Lets the code that waits for a socket run on the thread that hears from the kernel, without a hop to the thread pool. Relay's path never blocks, and for messages
/// of a few kilobytes the hops were a quarter of all CPU time; docs/decisions/0007-inline-socket-io.md has the figures.
/// </summary>
internal static class SocketTuning
{
    /// <summary>
    /// Bytes that are taken from a client ahead of the session, which may wait for the disk or an upstream. Kestrel's own bound, 1 MiB, is one that a few hundred
    /// clients fill at once; the rest waits in the kernel, and then at the client.
    /// </summary>
    private const int ReadAhead = 16 * 1024;

    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>For the sockets to upstreams; the runtime reads it once, before the first socket. What the operator has set is left alone.</summary>
    public static void InlineCompletionsOfUpstreams()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }
    }

    /// <summary>For the connections that Kestrel accepts.</summary>
    public static void Configure(SocketTransportOptions transport)
    {
        transport.UnsafePreferInlineScheduling = true;
        transport.MaxReadBufferSize = ReadAhead;
    }
}
