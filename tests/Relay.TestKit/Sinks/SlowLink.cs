using System.Globalization;
using System.Net.Sockets;

namespace Relay.TestKit.Sinks;

/// <summary>
/// Stands before a real server and makes it slow: the reply to a final dot is held back for a time that can be changed while it runs.
/// smtp-sink itself can only wait for whole seconds.
/// </summary>
/// <param name="serverPort">The server's, on 127.0.0.1.</param>
public sealed class SlowLink(int serverPort) : LoopbackRelay
{
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>How long the reply to a final dot is held back.</summary>
    public TimeSpan Delay { get; set; }

    protected override Task ServeAsync(Socket client, CancellationToken ending)
    {
        client.NoDelay = true;
        return new SlowConnection(serverPort, () => Delay).RunAsync(client, ending);
    }
}
