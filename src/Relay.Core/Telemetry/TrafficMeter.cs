using Relay.Core.Messages;

namespace Relay.Core.Telemetry;

/// <summary>Counts what passes, for whoever looks now and then and takes the difference: a few additions for each message.</summary>
internal sealed class TrafficMeter
{
    private readonly long[] _latencies = new long[LatencyScale.Buckets];
    private long _accepted;
    private long _deferred;
    private long _rejected;
    private long _bytes;

    /// <summary>A client was answered after its last byte had come.</summary>
    public void Answered(SmtpReply reply, long bytes, TimeSpan latency)
    {
        if (reply.IsPositive)
        {
            Interlocked.Increment(ref _accepted);
            Interlocked.Add(ref _bytes, bytes);
        }
        else
        {
            Interlocked.Increment(ref reply.IsPermanent ? ref _rejected : ref _deferred);
        }

        Interlocked.Increment(ref _latencies[LatencyScale.BucketOf(latency)]);
    }

    /// <summary>All since the start.</summary>
    public TrafficReading Read()
    {
        var latencies = new long[_latencies.Length];
        for (var bucket = 0; bucket < latencies.Length; bucket++)
        {
            latencies[bucket] = Interlocked.Read(ref _latencies[bucket]);
        }

        return new TrafficReading(
            Interlocked.Read(ref _accepted),
            Interlocked.Read(ref _deferred),
            Interlocked.Read(ref _rejected),
            Interlocked.Read(ref _bytes),
            latencies
        );
    }
}
