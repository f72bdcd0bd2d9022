namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// How many messages a server took in each of the last seconds: at the moment of a refusal they tell the rate that it minds. Counting takes no lock, and may lose one
/// message of two that open a second together.
/// </summary>
internal sealed class AcceptedHistory
{
    /// <summary>Seconds that are looked back at, at most.</summary>
    public const int Longest = 120;

    private const int Slots = 128;

    private readonly long[] _seconds = new long[Slots];
    private readonly int[] _counts = new int[Slots];

    /// <param name="now">Seconds since any beginning, never less than before.</param>
    public void Add(double now)
    {
        var second = (long)now + 1; // 0 is an empty slot
        var slot = (int)(second % Slots);
        if (Volatile.Read(ref _seconds[slot]) != second)
        {
            Volatile.Write(ref _counts[slot], 0);
            Volatile.Write(ref _seconds[slot], second);
        }

        Interlocked.Increment(ref _counts[slot]);
    }

    /// <summary>Messages a second over the last <paramref name="span"/> seconds, and at most one more: seconds are counted whole.</summary>
    public double Rate(double now, double span)
    {
        var current = (long)now + 1;
        var whole = (long)Math.Clamp(Math.Ceiling(span), 1, Longest);
        var sum = 0;
        for (var second = current - whole; second <= current; second++)
        {
            var slot = (int)(Math.Max(0, second) % Slots);
            sum += second > 0 && Volatile.Read(ref _seconds[slot]) == second ? Volatile.Read(ref _counts[slot]) : 0;
        }

        return sum / (whole + (now - Math.Floor(now)));
    }
}
