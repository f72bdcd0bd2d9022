namespace Relay.Benchmarks.Load;

/// <summary>What the load client tells whoever started it, as JSON on one line.</summary>
internal sealed record LoadReport(int Messages, double P50Ms, double P90Ms, double P99Ms, double MaximumMs);
