namespace Relay.Tests.Monitoring;

/// <summary>One alert of deploy/prometheus-alerts.yml, with the series that make it fire and those that do not.</summary>
/// <param name="Name">Of the alert.</param>
/// <param name="Expression">In PromQL.</param>
/// <param name="For">How long that has to hold: <c>5m</c>.</param>
/// <param name="Severity"><c>critical</c>: mail is refused, lost or stands still; <c>warning</c>: it will be.</param>
/// <param name="Summary">One sentence, with <c>{{ $labels.x }}</c> where labels belong.</param>
/// <param name="Advice">What to look at first.</param>
internal sealed record AlertRule(string Name, string Expression, string For, string Severity, string Summary, string Advice)
{
    /// <summary>Series, each with a value a minute in the notation of promtool.</summary>
    public required (string Series, string Values)[] Fires { get; init; }

    /// <summary>The same for the good case.</summary>
    public required (string Series, string Values)[] IsQuiet { get; init; }

    /// <summary>Labels of the alert that fires, those of the rule itself left out.</summary>
    public required (string Name, string Value)[] Labels { get; init; }

    /// <summary>When it is looked at.</summary>
    public string At { get; init; } = "60m";
}
