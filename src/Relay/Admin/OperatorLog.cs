using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary>Tells who changed what by hand: whoever looks for the reason of an empty server must find it in the log.</summary>
internal sealed partial class OperatorLog(ILogger<OperatorLog> logger)
{
    public void Drained(HttpContext context, UpstreamServer upstream) => LogDrained(upstream, Who(context));

    public void Resumed(HttpContext context, UpstreamServer upstream) => LogResumed(upstream, Who(context));

    public void WeightSet(HttpContext context, UpstreamServer upstream, int weight) => LogWeightSet(upstream, weight, Who(context));

    /// <param name="context">Of the request.</param>
    /// <param name="done">What was done: held, deleted.</param>
    /// <param name="count">With how many rows.</param>
    /// <param name="which">The message, or the filter.</param>
    public void QueueChanged(HttpContext context, string done, int count, string which) =>
        LogQueueChanged(done, count, which, Who(context));

    /// <summary>A request over a Unix socket has no address.</summary>
    public static string Who(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "a local client";

    [LoggerMessage(930, LogLevel.Information, "Upstream {Upstream} is drained by {Who}", EventName = "Drained")]
    private partial void LogDrained(UpstreamServer upstream, string who);

    [LoggerMessage(931, LogLevel.Information, "Upstream {Upstream} is resumed by {Who}", EventName = "Resumed")]
    private partial void LogResumed(UpstreamServer upstream, string who);

    [LoggerMessage(932, LogLevel.Information, "Upstream {Upstream} gets the weight {Weight} by {Who}", EventName = "WeightSet")]
    private partial void LogWeightSet(UpstreamServer upstream, int weight, string who);

    [LoggerMessage(933, LogLevel.Information, "Queue: {Count} {Done} by {Who} ({Which})", EventName = "QueueChanged")]
    private partial void LogQueueChanged(string done, int count, string which, string who);
}
