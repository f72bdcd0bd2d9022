using System.Collections.Concurrent;
using Relay.Core.Timing;

namespace Relay.Core.Reception;

/// <summary>All live sessions: passes the heartbeat on to their deadlines, and ends them when the process is to end.</summary>
internal sealed class SessionRegistry : IHeartbeatListener, IDisposable
{
    private readonly ConcurrentDictionary<SmtpSession, long> _sessions = new();

    // The one who waits goes on in Remove of the last session; it only notes that all is over.
    private readonly TaskCompletionSource _drained = new();
    private readonly Heartbeat _heartbeat;
    private long _number;
    private int _count;
    private volatile bool _isDraining;
    private volatile bool _isClosing;

    public SessionRegistry(Heartbeat heartbeat)
    {
        _heartbeat = heartbeat;
        heartbeat.Add(this);
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Sessions end at the end of their transaction.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Sessions end wherever they wait for their client.</summary>
    public bool IsClosing => _isClosing;

    public void Add(SmtpSession session)
    {
        Interlocked.Increment(ref _count);
        _sessions.TryAdd(session, Interlocked.Increment(ref _number));
    }

    public void Remove(SmtpSession session)
    {
        _sessions.TryRemove(session, out _);
        if (Interlocked.Decrement(ref _count) == 0 && _isDraining)
        {
            _drained.TrySetResult();
        }
    }

    /// <summary>Idle sessions are told 421 and closed at once; running transactions come to their end first.</summary>
    public void BeginDrain()
    {
        _isDraining = true;
        WakeAll();
    }

    /// <summary>Waits for nobody any more, except for messages that a sink has in hand: they are answered.</summary>
    public void CloseAll()
    {
        _isClosing = true;
        BeginDrain();
    }

    /// <summary>Returns when the last session has ended; asks for <see cref="BeginDrain"/> before.</summary>
    /// <exception cref="OperationCanceledException">There are sessions left, and <paramref name="cancellationToken"/> was cancelled.</exception>
    public Task WaitForDrainAsync(CancellationToken cancellationToken) => _drained.Task.WaitAsync(cancellationToken);

    public void OnHeartbeat(long now)
    {
        // Nearly none are: to sort all of many thousands would be work, and garbage, for every second.
        foreach (var (session, _) in InOrder(_sessions.Where(entry => entry.Key.IsDue(now))))
        {
            session.OnHeartbeat(now);
        }
    }

    public void Dispose() => _heartbeat.Remove(this);

    // The oldest first: the dictionary's own order differs from run to run.
    private static IOrderedEnumerable<KeyValuePair<SmtpSession, long>> InOrder(IEnumerable<KeyValuePair<SmtpSession, long>> sessions) =>
        sessions.OrderBy(entry => entry.Value);

    private void WakeAll()
    {
        // ToArray is one look at all of it; to sort the dictionary itself would be two, and what went between them would be null.
        foreach (var (session, _) in InOrder(_sessions.ToArray()))
        {
            session.Wake();
        }

        if (Count == 0)
        {
            _drained.TrySetResult();
        }
    }
}
