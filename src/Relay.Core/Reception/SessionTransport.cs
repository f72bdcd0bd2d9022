using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>
/// The wire of one session, and its deadline. The deadline is a number that the heartbeat looks at: no timer and no cancellation source is made
/// for a read, and a session that is late is woken rather than torn down, so that it can say 421.
/// </summary>
/// <param name="pipe">The connection.</param>
/// <param name="time">The clock.</param>
/// <param name="drainTimeout">How long a client may leave replies unread once they fill its window.</param>
/// <param name="abort">Ends the connection of a client that does not read.</param>
internal sealed class SessionTransport(IDuplexPipe pipe, TimeProvider time, TimeSpan drainTimeout, Action abort)
{
    private const long Never = long.MaxValue;

    // Replies to pipelined commands are gathered, but not without end.
    private const int GatherAtMost = 16 * 1024;

    private long _deadline = Never;
    private volatile bool _isFlushing;

    public bool MustFlush => pipe.Output.UnflushedBytes > GatherAtMost;

    public bool IsOverdue => time.GetTimestamp() >= Volatile.Read(ref _deadline);

    public void SetDeadline(TimeSpan fromNow) =>
        Volatile.Write(ref _deadline, time.GetTimestamp() + (long)(fromNow.TotalSeconds * time.TimestampFrequency));

    public void ClearDeadline() => Volatile.Write(ref _deadline, Never);

    public void OnHeartbeat(long now)
    {
        if (now < Volatile.Read(ref _deadline))
        {
            return;
        }

        if (_isFlushing)
        {
            pipe.Output.CancelPendingFlush();
        }
        else
        {
            Wake();
        }
    }

    /// <summary>Makes a read that waits, or the next one, return at once with nothing new; the session then finds out why.</summary>
    public void Wake() => pipe.Input.CancelPendingRead();

    public bool TryRead(out ReadResult result) => pipe.Input.TryRead(out result);

    public ValueTask<ReadResult> ReadAsync() => pipe.Input.ReadAsync();

    public void AdvanceTo(SequencePosition consumed, SequencePosition examined) => pipe.Input.AdvanceTo(consumed, examined);

    /// <summary>Whether the client has sent more than was read, without reading it.</summary>
    public bool HasMoreInput()
    {
        if (!pipe.Input.TryRead(out var result))
        {
            return false;
        }

        pipe.Input.AdvanceTo(result.Buffer.Start);
        return !result.Buffer.IsEmpty;
    }

    /// <summary>Adds a reply to those that the next flush sends.</summary>
    public void Reply(SmtpReply reply) => pipe.Output.WriteReply(reply);

    /// <summary>Sends what was gathered; false when the client is gone or does not read.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FlushAsync()
    {
        if (pipe.Output.UnflushedBytes == 0)
        {
            return true;
        }

        var flush = pipe.Output.FlushAsync();
        return flush.IsCompletedSuccessfully ? !(await flush).IsCompleted : await WaitForFlushAsync(flush);
    }

    /// <summary>
    /// Takes off what the client has sent and nobody will read: closing a socket with unread bytes is a reset, which can destroy a last reply that
    /// is still under way.
    /// </summary>
    public void DiscardInput()
    {
        while (pipe.Input.TryRead(out var result))
        {
            pipe.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Ends both directions; over a socket the client sees an orderly end.</summary>
    public async ValueTask CloseAsync()
    {
        await pipe.Output.CompleteAsync();
        await pipe.Input.CompleteAsync();
    }

    private async ValueTask<bool> WaitForFlushAsync(ValueTask<FlushResult> flush)
    {
        SetDeadline(drainTimeout);
        _isFlushing = true;
        var result = await flush;
        _isFlushing = false;
        if (result.IsCanceled)
        {
            abort();
        }

        SetDeadline(drainTimeout);
        return !result.IsCanceled && !result.IsCompleted;
    }
}
