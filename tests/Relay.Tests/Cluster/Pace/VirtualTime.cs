namespace Relay.Tests.Cluster.Pace;

/// <summary>A clock that goes when it is told to; a tick is a microsecond.</summary>
internal sealed class VirtualTime : TimeProvider
{
    public const long Second = 1_000_000;

    public long Now { get; set; } = Second;

    public override long TimestampFrequency => Second;

    public override long GetTimestamp() => Now;

    public static long Ticks(TimeSpan span) => (long)span.TotalMicroseconds;

    public static TimeSpan Span(long ticks) => TimeSpan.FromMicroseconds(ticks);
}
