using System.Globalization;

namespace Relay.Benchmarks.Processes;

/// <summary>Asks a server's metrics what its managed heap has handed out: no profiler disturbs what is measured.</summary>
internal static class MetricsPage
{
    private const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total";

    /// <summary>So long OpenTelemetry's exporter gives the same answer again.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(0.5);

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Bytes since the process began.</summary>
    /// <exception cref="MeasurementException">The page cannot be had, or does not tell.</exception>
    public static async Task<double> AllocatedBytesAsync(Uri page, CancellationToken cancellationToken)
    {
        try
        {
            return Find(await Http.GetStringAsync(page, cancellationToken), Allocated)
                ?? throw new MeasurementException($"{page} does not tell {Allocated}.");
        }
        catch (HttpRequestException failure)
        {
            throw new MeasurementException($"{page}: {failure.Message}");
        }
    }

    /// <summary>The value of the metric in Prometheus's text format, where labels may stand between the name and the value; null when it is not there.</summary>
    public static double? Find(string text, string metric)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(metric, StringComparison.Ordinal) && line[metric.Length..] is [' ' or '{', ..] rest)
            {
                var value = rest[(rest.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
                return double.Parse(value, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}
