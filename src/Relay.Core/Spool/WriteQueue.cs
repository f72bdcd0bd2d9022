using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Relay.Core.Spool;

/// <summary>
/// What waits for the one writer of a spool, to be written together. Some of it nobody waits for: that goes with the next write that is in a hurry, or by
/// itself a moment later. Bounded by its callers: each waits for its own.
/// </summary>
/// <param name="mostTogether">Writes in one commit, so that the first of them does not wait long for the last.</param>
/// <param name="patience">How long a write waits for company that nobody waits for.</param>
/// <param name="reject">Told of each write that comes too late.</param>
/// <param name="time">The clock.</param>
internal sealed class WriteQueue<T>(int mostTogether, TimeSpan patience, Action<T> reject, TimeProvider time)
    where T : class
{
    /// <summary>Null for a nudge: those in no hurry are to go now.</summary>
    private readonly Channel<T?> _urgent = Channel.CreateUnbounded<T?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentQueue<T> _patient = new();
    private int _isNudgeDue;
    private int _hurrying;

    public void Add(T write)
    {
        Interlocked.Increment(ref _hurrying);
        if (!_urgent.Writer.TryWrite(write))
        {
            reject(write);
        }
    }

    /// <summary>How many wait that are in a hurry.</summary>
    public int Hurrying => Volatile.Read(ref _hurrying);

    /// <summary>The same, for what nobody waits for.</summary>
    public void AddPatient(T write)
    {
        _patient.Enqueue(write);
        if (Interlocked.Exchange(ref _isNudgeDue, 1) == 0)
        {
            _ = NudgeAsync();
        }
    }

    /// <summary>Waits until there is something, and takes what there is; false when it is closed and empty.</summary>
    public async Task<bool> WaitAsync() => await _urgent.Reader.WaitToReadAsync();

    /// <summary>Adds what waits to a batch, all that is in no hurry too.</summary>
    public void Take(List<T> batch)
    {
        while (batch.Count < mostTogether && _urgent.Reader.TryRead(out var write))
        {
            if (write is not null)
            {
                Interlocked.Decrement(ref _hurrying);
                batch.Add(write);
            }
        }

        while (_patient.TryDequeue(out var write))
        {
            batch.Add(write);
        }
    }

    /// <summary>What waits is still taken, what comes from now on is rejected.</summary>
    public void Close()
    {
        _urgent.Writer.TryWrite(null);
        _urgent.Writer.TryComplete();
    }

    /// <summary>Those in no hurry that nobody took any more.</summary>
    public void RejectPatient()
    {
        while (_patient.TryDequeue(out var write))
        {
            reject(write);
        }
    }

    private async Task NudgeAsync()
    {
        await Task.Delay(patience, time);
        Interlocked.Exchange(ref _isNudgeDue, 0);
        if (!_patient.IsEmpty && !_urgent.Writer.TryWrite(null))
        {
            RejectPatient(); // closed in between
        }
    }
}
