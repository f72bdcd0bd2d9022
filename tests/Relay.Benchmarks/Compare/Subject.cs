using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;

namespace Relay.Benchmarks.Compare;

/// <summary>A peer that runs, with the upstreams behind it. All are up at once; only one is loaded at a time.</summary>
internal sealed class Subject(IPeer peer, RunningPeer running, Sinks sinks) : IAsyncDisposable
{
    public string Name => peer.Name;

    public int Port => running.Port;

    public ProcessTree Tree => running.Tree;

    /// <summary>What its managed heap has handed out so far; null for a program that does not tell.</summary>
    public async Task<double?> AllocatedBytesAsync(CancellationToken cancellationToken) =>
        running.Metrics is { } page ? await MetricsPage.AllocatedBytesAsync(page, cancellationToken) : null;

    public Sinks Sinks => sinks;

    public static async Task<Subject> StartAsync(IPeer peer, int upstreams, string folder, CancellationToken cancellationToken)
    {
        var own = Path.Combine(folder, peer.Name);
        Directory.CreateDirectory(own);
        var sinks = await Sinks.StartAsync(peer.Name, peer.Balances ? upstreams : 1, folder, cancellationToken);
        try
        {
            return new Subject(peer, await peer.StartAsync(own, sinks.Ports, cancellationToken), sinks);
        }
        catch
        {
            await sinks.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await running.DisposeAsync();
        }
        finally
        {
            await sinks.DisposeAsync();
        }
    }
}
