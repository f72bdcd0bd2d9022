using Relay.Admin.Security;
using Relay.Core.Cluster.View;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary>Tells who did what by hand, a line each: whoever looks for the reason of an empty server must find it.</summary>
internal sealed partial class OperatorLog(AuditLog audit, ILogger<OperatorLog> logger, SharedView? view = null)
{
    public void Drained(HttpContext context, UpstreamServer upstream) => Steered(Who(context), "upstream.drain", upstream, "drained");

    public void Resumed(HttpContext context, UpstreamServer upstream) => Steered(Who(context), "upstream.resume", upstream, "resumed");

    public void WeightSet(HttpContext context, UpstreamServer upstream, int weight) =>
        Steered(Who(context), "upstream.weight", upstream, $"weight {weight}");

    public void Ejected(HttpContext context, UpstreamServer upstream) => Steered(Who(context), "upstream.eject", upstream, "ejected");

    /// <summary>An upstream was changed, here and, where there are others, on all nodes.</summary>
    public void Steered(string who, string action, UpstreamServer upstream, string result)
    {
        view?.Wake();
        var reach =
            view is null ? ""
            : view.IsAway ? " here; the other nodes hear of it when the database is back"
            : " on all nodes";
        Did(who, action, $"{upstream}", result + reach);
    }

    /// <param name="context">Of the request.</param>
    /// <param name="done">What was done: held, deleted.</param>
    /// <param name="count">With how many rows.</param>
    /// <param name="which">The message, or the filter.</param>
    public void QueueChanged(HttpContext context, string done, int count, string which) => Did(context, "queue", which, $"{count} {done}");

    public void Did(HttpContext context, string action, string target, string result) => Did(Who(context), action, target, result);

    /// <param name="who">As <see cref="Caller"/> tells it.</param>
    /// <param name="action">What was done, by its short name.</param>
    /// <param name="target">With what.</param>
    /// <param name="result">What came of it.</param>
    public void Did(string who, string action, string target, string result)
    {
        var entry = audit.Add(who, action, target, result, view?.Self?.Name);
        LogDid(entry.Who, entry.Action, entry.Target, entry.Result, entry.Node is { } node ? $" (on node {node})" : "");
    }

    /// <summary>Somebody was not let in.</summary>
    public void Refused(HttpContext context, string why)
    {
        var entry = audit.Add(Caller.AddressOf(context), "access", context.Request.Path, $"refused: {why}", view?.Self?.Name);
        LogRefused(entry.Who, entry.Target, why);
    }

    /// <summary>How they are known, and from where.</summary>
    public static string Who(HttpContext context) => Caller.Of(context).ToString();

    [LoggerMessage(930, LogLevel.Information, "Operator ({Who}) {Action} {Target}: {Result}{Place}", EventName = "OperatorAction")]
    private partial void LogDid(string who, string action, string target, string result, string place);

    [LoggerMessage(934, LogLevel.Warning, "{Who} was refused at {Target}: {Why}", EventName = "OperatorRefused")]
    private partial void LogRefused(string who, string target, string why);
}
