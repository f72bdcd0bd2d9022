using Relay.Core.Timing;

namespace Relay.Core.Reception.Access;

/// <summary>What the clients of all listeners did in the last minute. Kept over a reload; forgotten, on the heartbeat, of clients that are gone.</summary>
internal sealed class ClientRates : IHeartbeatListener, IDisposable
{
    private const int MostClients = 20_000;
    private const int BeatsBetweenSweeps = 10;

    private readonly Heartbeat _heartbeat;
    private int _beats;

    public ClientRates(Heartbeat heartbeat, TimeProvider time)
    {
        _heartbeat = heartbeat;
        Messages = new RateTable(time, MostClients);
        Recipients = new RateTable(time, MostClients);
        heartbeat.Add(this);
    }

    /// <summary>Messages begun: MAIL that was accepted.</summary>
    public RateTable Messages { get; }

    /// <summary>Recipients that were accepted.</summary>
    public RateTable Recipients { get; }

    public void OnHeartbeat(long now)
    {
        if (++_beats % BeatsBetweenSweeps == 0)
        {
            Messages.ForgetIdle();
            Recipients.ForgetIdle();
        }
    }

    public void Dispose() => _heartbeat.Remove(this);
}
