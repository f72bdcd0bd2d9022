using System.IO.Pipelines;
using System.Net.Security;
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

    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(5);

    // An idle session waits with an empty buffer, and so does TLS below it.
    private static readonly StreamPipeReaderOptions ReaderOverTls = new(leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOverTls = new(leaveOpen: true);

    // What the session reads and writes: the connection's own pipes, or those over TLS. The heartbeat looks at them too.
    private volatile PipeReader _input = pipe.Input;
    private volatile PipeWriter _output = pipe.Output;
    private SslStream? _tls;

    private long _deadline = Never;
    private volatile bool _isFlushing;

    /// <summary>Whether replies wait for the next flush.</summary>
    public bool HasGathered => _output.UnflushedBytes > 0;

    public bool MustFlush => _output.UnflushedBytes > GatherAtMost;

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
            _output.CancelPendingFlush();
        }
        else
        {
            Wake();
        }
    }

    /// <summary>Makes a read that waits, or the next one, return at once with nothing new; the session then finds out why.</summary>
    public void Wake() => _input.CancelPendingRead();

    public bool TryRead(out ReadResult result) => _input.TryRead(out result);

    public ValueTask<ReadResult> ReadAsync() => _input.ReadAsync();

    public void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _input.AdvanceTo(consumed, examined);

    /// <summary>Whether the client has sent more than was read, without reading it and without waiting.</summary>
    public ValueTask<bool> HasMoreInputAsync()
    {
        if (_tls is not null)
        {
            return HasMoreInputOverTlsAsync();
        }

        if (!_input.TryRead(out var result))
        {
            return new(false);
        }

        _input.AdvanceTo(result.Buffer.Start);
        return new(!result.Buffer.IsEmpty);
    }

    /// <summary>The connection below, for a handshake. Nothing else may read or write until it is over.</summary>
    public Stream OpenRaw() => new DuplexPipeStream(pipe.Input, pipe.Output);

    /// <summary>From here on everything goes through <paramref name="tls"/>, which this owns.</summary>
    public void Secure(SslStream tls)
    {
        _tls = tls;
        _output = PipeWriter.Create(tls, WriterOverTls);
        _input = PipeReader.Create(tls, ReaderOverTls);
    }

    /// <summary>Adds a reply to those that the next flush sends.</summary>
    public void Reply(SmtpReply reply) => _output.WriteReply(reply);

    /// <summary>Sends what was gathered; false when the client is gone or does not read.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FlushAsync()
    {
        if (_output.UnflushedBytes == 0)
        {
            return true;
        }

        var flush = _output.FlushAsync();
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
        if (_tls is not null)
        {
            await CloseTlsAsync(_tls);
        }

        await pipe.Output.CompleteAsync();
        await pipe.Input.CompleteAsync();
    }

    // SslStream shows only by a read whether it has something. A read that finds nothing is taken back; what has come of a record by then is kept.
    private async ValueTask<bool> HasMoreInputOverTlsAsync()
    {
        try
        {
            var read = _input.ReadAsync();
            if (!read.IsCompleted)
            {
                _input.CancelPendingRead();
            }

            var result = await read;
            _input.AdvanceTo(result.Buffer.Start);
            return !result.Buffer.IsEmpty;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return false; // the connection is broken, which the session hears from its next read
        }
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

    // RFC 8446 §6.1: close_notify comes before the end of the connection, so that the client can tell it from a cut. One that is gone or
    // does not read is not waited for; the session's heartbeat is over.
    private async ValueTask CloseTlsAsync(SslStream tls)
    {
        try
        {
            await tls.ShutdownAsync().WaitAsync(FarewellTimeout, time);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            abort(); // nobody is left to be told, or its last write was cut short
        }
        catch (TimeoutException)
        {
            abort();
        }

        await _input.CompleteAsync();
        await _output.CompleteAsync(new IOException("The session is over.")); // with a cause it writes nothing more
        await tls.DisposeAsync();
    }
}
