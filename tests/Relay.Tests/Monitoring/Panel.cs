namespace Relay.Tests.Monitoring;

/// <summary>One panel of deploy/grafana.json.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Unit">As Grafana calls it: <c>s</c>, <c>bytes</c>, <c>short</c>, <c>reqps</c>.</param>
/// <param name="Queries">In PromQL with <c>$__rate_interval</c>, and the legend of each.</param>
internal sealed record Panel(string Title, string Unit, params (string Expression, string Legend)[] Queries)
{
    /// <summary><c>timeseries</c>, or <c>stat</c> for a single number.</summary>
    public string Kind { get; init; } = "timeseries";

    public string Description { get; init; } = "";
}
