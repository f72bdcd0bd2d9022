namespace Relay.Benchmarks.Peers;

/// <summary>The peers by their names. A new one is a file beside this one and a line here.</summary>
internal static class AllPeers
{
    /// <summary>In the order of the table.</summary>
    /// <param name="relayProgram">Relay's assembly.</param>
    public static IReadOnlyList<IPeer> Create(string relayProgram) =>
        [
            new DirectPeer(),
            new HAProxyPeer(),
            new NginxPeer(),
            new PostfixPeer(),
            new HarakaPeer(),
            new RelayPeer("relay", "Hybrid", relayProgram),
            new RelayPeer("relay-queue", "Queue", relayProgram),
        ];
}
