using Relay.TestKit;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Where the services of each of the three machines listen.</summary>
internal sealed record PatroniPorts(int PostgreSql, int Rest, int Etcd, int Peers)
{
    public static PatroniPorts Free() => new(LocalPort.Free(), LocalPort.Free(), LocalPort.Free(), LocalPort.Free());
}
