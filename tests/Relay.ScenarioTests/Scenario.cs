using NUnit.Framework.Interfaces;
using Relay.TestKit;
using Relay.TestKit.Sinks;

[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)] // of two processors: stories wait as much as they work
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

namespace Relay.ScenarioTests;

/// <summary>
/// One story over real sockets: what a test starts here is ended after it, however it ended. Fixtures run side by side, each with ports and
/// folders of its own.
/// </summary>
public abstract class Scenario
{
    private readonly List<IAsyncDisposable> _started = [];

    protected async Task<RelayUnderTest> StartRelayAsync(RelayConfiguration configuration) =>
        Use(await RelayUnderTest.StartAsync(configuration, TestContext.CurrentContext.Test.Name));

    protected async Task<SmtpSink> StartSmtpSinkAsync(params string[] options)
    {
        var sink = Use(new SmtpSink(options));
        await sink.StartAsync();
        return sink;
    }

    protected CountingSink StartCountingSink(bool keepMessages = false) => Use(CountingSink.Started(keepMessages));

    /// <summary>Has a thing ended when the test is over, in reverse order.</summary>
    protected T Use<T>(T thing)
        where T : IAsyncDisposable
    {
        _started.Add(thing);
        return thing;
    }

    /// <summary>Has a thing disposed of after what was started later has ended: a server shows its certificate until then.</summary>
    protected T Keep<T>(T thing)
        where T : IDisposable
    {
        _started.Add(new Kept(thing));
        return thing;
    }

    [TearDown]
    public async Task EndWhatWasStarted()
    {
        var hasFailed = TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed;
        var failures = new List<Exception>();
        foreach (var thing in Enumerable.Reverse(_started))
        {
            try
            {
                await thing.DisposeAsync();
            }
            catch (Exception exception)
            {
                failures.Add(exception); // The others are to be ended as well; thrown below.
            }

            if (hasFailed && thing is RelayUnderTest relay)
            {
                await TestContext.Out.WriteLineAsync($"The relay wrote:\n{relay.Log}");
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    private sealed class Kept(IDisposable thing) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            thing.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
