namespace Relay.Benchmarks.Peers;

/// <summary>No relay at all: the load talks to the upstream. What this machine can do, and what the others are compared with.</summary>
internal sealed class DirectPeer : IPeer
{
    public string Name => "direct";

    public string? WhyNot => null;

    public Task<RunningPeer> StartAsync(string folder, IReadOnlyList<int> upstreams, CancellationToken cancellationToken) =>
        Task.FromResult(new RunningPeer(upstreams[0], null));
}
