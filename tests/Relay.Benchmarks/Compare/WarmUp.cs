using Relay.Benchmarks.Options;

namespace Relay.Benchmarks.Compare;

/// <summary>Load before anything is measured, for just-in-time compilers and connection pools; it also tells how many messages fill a run.</summary>
internal static class WarmUp
{
    public const int FewestMessages = 40;

    private const int MostGrowth = 8;

    /// <summary>Growing batches until the time is over.</summary>
    /// <returns>Messages of a run.</returns>
    public static async Task<int> RunAsync(Measurement measurement, LoadTimes times, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        var messages = FewestMessages;
        while (true)
        {
            var run = await measurement.MeasureRateAsync(0, messages, cancellationToken);
            if (TimeProvider.System.GetElapsedTime(begin) >= times.WarmUp)
            {
                return times.Messages ?? Math.Max(FewestMessages, (int)(run.PerSecond * times.Run.TotalSeconds));
            }

            // The batch that ends the warm-up tells the rate: half a run is long enough for it.
            var wanted = run.PerSecond * times.Run.TotalSeconds / 2;
            messages = Math.Max(FewestMessages, (int)Math.Min((long)messages * MostGrowth, wanted));
        }
    }
}
