using System.Diagnostics.CodeAnalysis;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// Ends a dialogue that takes too long, that the server has closed, or that nobody wants any more; the last only as long as the final dot is not out.
/// One token for the life of the connection: once it is cancelled, the connection is of no use.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Without a timer or a wait handle a source holds nothing to dispose of; disposing it would race with a heartbeat that is just cancelling."
)]
internal sealed class SessionGuard(TimeProvider time) : IHeartbeatListener
{
    private const int Open = 0;
    private const int Committed = 1;
    private const int Ended = 2;

    private readonly CancellationTokenSource _source = new();
    private long _deadline = long.MaxValue;
    private int _state = Open;
    private volatile int _reason = -1;

    public CancellationToken Token => _source.Token;

    /// <summary>Why the dialogue was ended from this side; null when it was not.</summary>
    public UpstreamFailureKind? Reason => _reason < 0 ? null : (UpstreamFailureKind)_reason;

    /// <summary>The next progress is due within this time.</summary>
    public void Expect(TimeSpan within) =>
        Volatile.Write(ref _deadline, time.GetTimestamp() + (long)(within.TotalSeconds * time.TimestampFrequency));

    /// <summary>Nothing is awaited; a transaction that was committed is over.</summary>
    public void Rest()
    {
        Volatile.Write(ref _deadline, long.MaxValue);
        Interlocked.CompareExchange(ref _state, Open, Committed);
    }

    /// <summary>The last step before the final dot: from now on nobody can give the message up. False when somebody has, or it is not ours to send any more.</summary>
    public bool TryCommit(Transaction transaction, TimeSpan dotTimeout)
    {
        if (transaction.MayGoOut is { } mayGoOut && !mayGoOut())
        {
            EndFrom(Open, UpstreamFailureKind.LeaseOver);
        }

        Expect(dotTimeout); // before the state, so that whoever sees the state sees this deadline too
        return Interlocked.CompareExchange(ref _state, Committed, Open) == Open;
    }

    /// <summary>The owner does not want the message to be sent any more; without effect once the dot may be out.</summary>
    public void GiveUp() => EndFrom(Open, UpstreamFailureKind.Cancelled);

    /// <summary>The server is closing (421) or out of step: nothing more is said to it.</summary>
    public void Abandon()
    {
        EndFrom(Open, UpstreamFailureKind.Reply);
        EndFrom(Committed, UpstreamFailureKind.Reply);
    }

    public void OnHeartbeat(long now)
    {
        var state = Volatile.Read(ref _state);
        if (now >= Volatile.Read(ref _deadline))
        {
            EndFrom(state, UpstreamFailureKind.TimedOut);
        }
    }

    private void EndFrom(int state, UpstreamFailureKind reason)
    {
        if (state != Ended && Interlocked.CompareExchange(ref _state, Ended, state) == state)
        {
            _reason = (int)reason;
            _source.Cancel();
        }
    }
}
