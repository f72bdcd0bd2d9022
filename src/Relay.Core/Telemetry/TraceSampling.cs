using System.Diagnostics;
using Relay.Core.Configuration;

namespace Relay.Core.Telemetry;

/// <summary>
/// Which messages are traced. One that brings a decision of its own is, by that; of the others a share, and not more than so many a second: on a quiet relay each mail has its
/// trace, and a busy one pays no more for tracing.
/// </summary>
/// <param name="options">The share and the bound.</param>
/// <param name="random">Chooses.</param>
/// <param name="time">Tells the seconds apart.</param>
internal sealed class TraceSampling(TelemetryOptions options, Random random, TimeProvider time)
{
    private long _second = -1;
    private int _begun;

    /// <param name="parent">What the message says; nothing when it says nothing.</param>
    public bool Wants(ActivityContext parent) => RelayTracing.IsOn && (parent.TraceId != default || Chooses());

    /// <summary>For a message without a decision of its own.</summary>
    public bool Chooses() => (options.SampleRatio >= 1 || random.NextDouble() < options.SampleRatio) && IsWithinBound();

    /// <summary>Two messages at the turn of a second may both begin it anew: the bound is one of cost, not of the last trace.</summary>
    private bool IsWithinBound()
    {
        if (options.TracesPerSecond == 0)
        {
            return true;
        }

        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (Interlocked.Exchange(ref _second, second) != second)
        {
            Volatile.Write(ref _begun, 0);
        }

        return Interlocked.Increment(ref _begun) <= options.TracesPerSecond;
    }
}
