using Relay.Core.Telemetry;
using Relay.Core.Timing;

namespace Relay.Logging;

/// <summary>Says how many log lines are missing, once a second while some are: a gap that nobody is told of would read as silence.</summary>
internal sealed partial class DiscardedLinesReporter(RelayLog log, RelayMetrics metrics, ILogger<DiscardedLinesReporter> logger)
    : IHeartbeatListener
{
    public void OnHeartbeat(long now)
    {
        if (log.TakeDiscarded() is > 0 and var count)
        {
            metrics.LinesDiscarded(count);
            LogDiscarded(logger, count);
        }
    }

    [LoggerMessage(901, LogLevel.Warning, "{Count} log lines were discarded: the output cannot keep up", EventName = "LogLinesDiscarded")]
    private static partial void LogDiscarded(ILogger logger, long count);
}
