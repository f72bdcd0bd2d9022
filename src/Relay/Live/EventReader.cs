using System.Threading.Channels;

namespace Relay.Live;

/// <summary>One who watches: what it has not read yet, in bounds. Who reads slowly loses events and learns how many; nobody else waits for it.</summary>
internal sealed class EventReader(IReadOnlySet<string> kinds, TimeProvider time)
{
    private const int Most = 256;

    /// <summary>Messages a second that a person, or a page, can follow; more are counted.</summary>
    public const int MessagesPerSecond = 50;

    private readonly Channel<LiveEvent> _events = Channel.CreateBounded<LiveEvent>(
        new BoundedChannelOptions(Most) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    private long _second = time.GetTimestamp();
    private int _messages;
    private long _dropped;

    /// <summary>Whether something was dropped since <see cref="TakeDropped"/>.</summary>
    public bool HasDropped => Volatile.Read(ref _dropped) > 0;

    /// <summary>Called by many at once.</summary>
    public void Offer(LiveEvent happened)
    {
        if (!kinds.Contains(happened.Kind))
        {
            return;
        }

        var isTooMuch = happened.Kind == EventKind.Message && !TakePlace();
        if (isTooMuch || !_events.Writer.TryWrite(happened))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Waits for the next; false after <see cref="End"/>.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    public bool TryRead(out LiveEvent happened) => _events.Reader.TryRead(out happened);

    /// <summary>How many were dropped since this was asked last.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);

    public void End() => _events.Writer.TryComplete();

    /// <summary>Two threads at the turn of a second may both begin it anew: a few more pass then, which matters to nobody.</summary>
    private bool TakePlace()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _second)) >= TimeSpan.FromSeconds(1))
        {
            Volatile.Write(ref _second, time.GetTimestamp());
            Volatile.Write(ref _messages, 0);
        }

        return Interlocked.Increment(ref _messages) <= MessagesPerSecond;
    }
}
