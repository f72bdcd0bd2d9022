namespace Relay.Core.Configuration.Validation;

/// <summary>A collector that cannot be meant, and figures out of range.</summary>
internal static class TelemetryValidation
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    public static void Check(TelemetryOptions telemetry, KeyScope scope)
    {
        var hasEndpoint = !string.IsNullOrEmpty(telemetry.OtlpEndpoint);
        var isUrl = hasEndpoint && HttpUrl.IsValid(telemetry.OtlpEndpoint!);
        scope
            .At(nameof(telemetry.OtlpEndpoint))
            .ReportIf(hasEndpoint && !isUrl, $"\"{telemetry.OtlpEndpoint}\" is not a URL: write http://host:port or https://host:port");
        var hasHeaders = !string.IsNullOrEmpty(telemetry.OtlpHeaders);
        scope
            .At(nameof(telemetry.OtlpHeadersFile))
            .ReportIf(
                hasHeaders && !string.IsNullOrEmpty(telemetry.OtlpHeadersFile),
                "stands beside OtlpHeaders; leave one of the two out"
            );
        scope
            .At(nameof(telemetry.OtlpHeaders))
            .ReportIf(hasHeaders && !AreHeaders(telemetry.OtlpHeaders!), "is not what belongs here: write name=value,name=value");
        scope
            .At(nameof(telemetry.SampleRatio))
            .ReportIf(telemetry.SampleRatio is < 0 or > 1, FormattableString.Invariant($"{telemetry.SampleRatio} is not between 0 and 1"));
        scope.At(nameof(telemetry.TracesPerSecond)).Between(telemetry.TracesPerSecond, 0, 100_000);
        scope.At(nameof(telemetry.MetricsInterval)).Between(telemetry.MetricsInterval, TimeSpan.FromSeconds(1), LongestInterval);
    }

    private static bool AreHeaders(string text) =>
        text.Split(',').All(static pair => pair.IndexOf('=', StringComparison.Ordinal) > 0 && !pair.Any(char.IsControl));
}
