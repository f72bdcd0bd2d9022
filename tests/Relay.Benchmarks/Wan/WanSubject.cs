using Relay.Benchmarks.Load;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using static System.FormattableString;

namespace Relay.Benchmarks.Wan;

/// <summary>A peer before a far upstream of its own.</summary>
internal sealed class WanSubject(IPeer peer, RunningPeer running, FarUpstream upstream, bool chunking) : IAsyncDisposable
{
    private const int Size = 4 * 1024;

    public string Name => $"{peer.Name}, {(chunking ? "CHUNKING" : "PIPELINING")}";

    public FarUpstream Upstream => upstream;

    /// <summary>A TCP balancer cannot do for the client what the upstream asks for.</summary>
    private bool ClientIsSecure => peer is HAProxyPeer;

    public static async Task<WanSubject> StartAsync(
        IPeer peer,
        bool chunking,
        TimeSpan roundTrip,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, Invariant($"{peer.Name}-{chunking}"))).FullName;
        var upstream = await FarUpstream.StartAsync(chunking, roundTrip);
        try
        {
            return new WanSubject(peer, await peer.StartAsync(own, [upstream.Port], cancellationToken), upstream, chunking);
        }
        catch
        {
            await upstream.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="MeasurementException">A message was lost, doubled or refused.</exception>
    public async Task<WanRun> MeasureAsync(int round, WanOptions options, CancellationToken cancellationToken)
    {
        var taken = upstream.Taken();
        var (others, cpu) = (new OtherLoad(), running.Tree.CpuSeconds());
        var warmUp = options.Sessions; // one message each: the load client's own code is compiled meanwhile
        var plan = new LoadPlan(running.Port, options.Sessions, options.Messages, warmUp, Size, KeepOpen: false, ClientIsSecure);
        var report = await LoadProcess.RunAsync(plan, cancellationToken);
        var arrived = upstream.Taken() - taken;
        var used = running.Tree.CpuSeconds() - cpu;
        var share = others.Share();
        return arrived == options.Messages + warmUp
            ? new WanRun(peer.Name, chunking, round, report.P50Ms, report.P99Ms, used * 1000 / arrived, share)
            : throw new MeasurementException(Invariant($"{Name}: {arrived} of {options.Messages + warmUp} messages arrived."));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await running.DisposeAsync();
        }
        finally
        {
            await upstream.DisposeAsync();
        }
    }
}
