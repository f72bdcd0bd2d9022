using Relay.Core.Upstreams.Connections;
using Relay.Simulation.Model;

namespace Relay.Simulation.Servers;

/// <summary>The way to a server for checks of it, so that the model tells them from mail.</summary>
internal sealed class CheckConnector(SimulatedServer server, Ledger ledger) : IUpstreamConnector
{
    public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        ledger.Checked(server);
        return server.ConnectAsync(cancellationToken);
    }
}
