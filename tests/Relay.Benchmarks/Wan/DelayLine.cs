using System.Net.Sockets;
using Relay.TestKit.Sinks;

namespace Relay.Benchmarks.Wan;

/// <summary>
/// A long line to a server that is near: what is sent arrives half a round trip later, in either direction, and as much as one likes. It does in
/// user space what netem does in the kernel, which not every machine has and which wants root.
/// </summary>
/// <param name="serverPort">The server's, on 127.0.0.1.</param>
/// <param name="roundTrip">There and back.</param>
internal sealed class DelayLine(int serverPort, TimeSpan roundTrip) : LoopbackRelay
{
    protected override Task ServeAsync(Socket client, CancellationToken ending) =>
        new DelayedConnection(serverPort, roundTrip).RunAsync(client, ending);
}
