using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.TestKit;

namespace Relay.Tests.Fixtures;

/// <summary>What stands around a spool, put together as the program does it.</summary>
internal sealed class SpoolFixture
{
    public SpoolFixture(PipelineFixture relay, IMessageSpool store)
    {
        Store = store;
        var (random, time) = (new Random(1), relay.Time);
        var storage = new BodyStorage(long.MaxValue, Path.GetTempPath(), time);
        MailLog = new MailLog(NullLogger<MailLog>.Instance, time);
        var notices = new NoticeFactory(relay.Options, storage, new MessageIdGenerator(time, random), time);
        var settlements = new SettlementWriter(
            store,
            notices,
            relay.Topology,
            MailLog,
            relay.Metrics,
            random,
            time,
            NullLogger<SettlementWriter>.Instance,
            relay.Trail
        );
        Runner = new SpoolRunner(store, relay.Dispatcher, relay.Forwarder, settlements, time, new RunnerLog(RunLog));
        Worker = new SpoolWorker(store, relay.Topology, Runner, time, NullLogger<SpoolWorker>.Instance);
        Acceptance = new SpoolAcceptance(store, Worker, settlements, relay.Dispatcher, time, NullLogger<SpoolAcceptance>.Instance);
    }

    public IMessageSpool Store { get; }

    public MailLog MailLog { get; }

    public SpoolRunner Runner { get; }

    /// <summary>What <see cref="Runner"/> has logged.</summary>
    public ListLogger RunLog { get; } = new();

    public SpoolWorker Worker { get; }

    public SpoolAcceptance Acceptance { get; }

    private sealed class RunnerLog(ListLogger lines) : ILogger<SpoolRunner>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Log(logLevel, eventId, state, exception, formatter);
    }
}
