using BenchmarkDotNet.Attributes;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;

namespace Relay.Benchmarks.Micro;

/// <summary>A pooled connection rented for one message and given back, which is what every message costs the pool.</summary>
[MemoryDiagnoser]
public class PoolBenchmark : IAsyncDisposable
{
    // A connection that has done its messages is closed and opened anew, which would be measured beside the pool.
    private static readonly UpstreamOptions Options = new()
    {
        MessagesPerConnection = int.MaxValue,
        ConnectionLifetime = TimeSpan.FromDays(1),
    };

    private Heartbeat? _heartbeat;
    private SmtpClientPool? _pool;

    [GlobalSetup]
    public void Prepare()
    {
        _heartbeat = new Heartbeat(TimeProvider.System);
        _pool = new SmtpClientPool(static () => Options, new SilentSessions(), _heartbeat, TimeProvider.System);
    }

    [Benchmark(Description = "rent and return a connection")]
    public async Task RentAndReturn()
    {
        var acquired = await _pool!.AcquireAsync(null, fresh: false, CancellationToken.None);
        await acquired.Lease!.DisposeAsync();
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await _pool!.DisposeAsync();
        _heartbeat!.Dispose();
        GC.SuppressFinalize(this);
    }
}
