using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>A scripted upstream within the process, a bench that reaches it by the client under test, and a clock that stands still.</summary>
internal abstract class UpstreamSessionFixture(UpstreamClient client)
{
    protected bool IsNative { get; } = client == UpstreamClient.Native;

    protected ScriptedUpstream Upstream { get; private set; } = null!;

    protected TestClock Time { get; private set; } = null!;

    protected UpstreamBench Bench { get; private set; } = null!;

    [SetUp]
    public void SetUpBench()
    {
        Upstream = new ScriptedUpstream();
        Time = new TestClock();
        Bench = UpstreamBench.InProcess(Upstream, Time, new UpstreamOptions { Address = "localhost:25", Client = client });
    }

    [TearDown]
    public async Task TearDownBench()
    {
        Upstream.ClearFaults();
        await Bench.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    protected async Task<TransactionResult> SendAsync(Transaction transaction)
    {
        var session = await Bench.OpenAsync();
        return await session.TransactAsync(transaction, CancellationToken.None);
    }

    /// <summary>Lets the clock run until something is done; how long that took by this clock.</summary>
    protected async Task<TimeSpan> RunClockAsync(Task until, TimeSpan? step = null)
    {
        var begin = Time.GetTimestamp();
        await Until.TrueByStepsAsync(
            () => until.IsCompleted,
            () => Time.Advance(step ?? TimeSpan.FromSeconds(1)),
            "the clock has run far enough"
        );
        return Time.GetElapsedTime(begin);
    }
}
