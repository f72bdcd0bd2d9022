namespace Relay.Core.Upstreams.Health;

/// <summary>Leads a server that is back to its whole weight, little by little.</summary>
internal sealed class SlowStart(TimeProvider time)
{
    private const double From = 0.1;

    private long _since;

    public void Begin() => Volatile.Write(ref _since, time.GetTimestamp());

    /// <summary>0.1 to 1: the part of its weight that counts.</summary>
    /// <param name="whole">How long it takes.</param>
    /// <param name="now">A timestamp.</param>
    public double Factor(TimeSpan whole, long now)
    {
        var done = whole > TimeSpan.Zero ? time.GetElapsedTime(Volatile.Read(ref _since), now) / whole : 1;
        return Math.Clamp(From + ((1 - From) * done), From, 1);
    }
}
