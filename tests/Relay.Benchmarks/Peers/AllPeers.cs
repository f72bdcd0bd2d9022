using Relay.Benchmarks.Processes;

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
            new RelayPeer("relay", relayProgram, new RelaySettings()),
            new RelayPeer("relay-quiet", relayProgram, new RelaySettings { LogLevel = "Warning" }),
            new RelayPeer("relay-queue", relayProgram, new RelaySettings { Accept = "Queue" }),
        ];

    /// <exception cref="MeasurementException">One of them cannot be measured as the machine is.</exception>
    public static void Require(IEnumerable<IPeer> peers)
    {
        if (peers.FirstOrDefault(static peer => peer.WhyNot is not null) is { } missing)
        {
            throw new MeasurementException($"{missing.Name} cannot be measured: {missing.WhyNot}.");
        }
    }
}
