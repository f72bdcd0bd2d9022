using Relay.Core.Upstreams.Connections;
using Relay.Simulation.Engine;

namespace Relay.Simulation.Servers;

/// <summary>The way to a server for one process: a process that is dead connects to nobody.</summary>
internal sealed class LifeConnector(IUpstreamConnector server, Life life) : IUpstreamConnector
{
    public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) =>
        life.IsOver ? new ValueTask<Stream>(new TaskCompletionSource<Stream>().Task) : server.ConnectAsync(cancellationToken);
}
