using Relay.Simulation.Engine;

namespace Relay.Simulation.Servers;

/// <summary>Relay's end of a connection to a simulated server. Completes reads from the queue of <see cref="VirtualTime"/> only.</summary>
internal sealed class RelayEnd(Pump pump, VirtualTime time, Action<byte[]> send, Action closed) : Stream
{
    private readonly Queue<(byte[] Bytes, Action? Consumed)> _incoming = new();
    private int _offset;
    private Exception? _broken;
    private bool _isEnded;
    private bool _isDead;
    private PendingRead? _pending;

    public bool IsDisposed { get; private set; }

    /// <summary>The process has died: who reads waits for ever, and what is written reaches nobody.</summary>
    public void Die()
    {
        _isDead = true;
        _pending = null;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes come in; <paramref name="consumed"/> is called when Relay has taken the last of them.</summary>
    public void Deliver(byte[] bytes, Action? consumed)
    {
        if (IsDisposed || _isDead || _isEnded || bytes.Length == 0)
        {
            return;
        }

        _incoming.Enqueue((bytes, consumed));
        Serve();
    }

    /// <summary>The server has closed (null) or the connection was reset.</summary>
    public void End(Exception? broken)
    {
        _isEnded = true;
        _broken = broken;
        Serve();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        pump.Touch();
        if (_isDead)
        {
            return new ValueTask<int>(new TaskCompletionSource<int>().Task);
        }

        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_incoming.Count > 0)
        {
            return ValueTask.FromResult(Take(buffer));
        }

        var pending = new PendingRead(buffer);
        _pending = pending;
        if (_isEnded)
        {
            time.After(TimeSpan.Zero, Serve);
        }

        pending.Registration = cancellationToken.UnsafeRegister(
            _ => time.After(TimeSpan.Zero, () => Cancel(pending, cancellationToken)),
            null
        );
        return new ValueTask<int>(pending.Completion.Task);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        pump.Touch();
        if (_isDead)
        {
            return ValueTask.CompletedTask;
        }

        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_broken is not null)
        {
            throw new IOException("The connection was reset.");
        }

        send(buffer.ToArray());
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is kept back here.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !IsDisposed)
        {
            pump.Touch();
            IsDisposed = true;
            closed();
            if (TakePending() is { } pending)
            {
                time.After(TimeSpan.Zero, () => pending.Completion.TrySetException(new ObjectDisposedException(nameof(RelayEnd))));
            }
        }

        base.Dispose(disposing);
    }

    private void Serve()
    {
        if (_pending is null || (_incoming.Count == 0 && !_isEnded))
        {
            return;
        }

        var pending = TakePending()!;
        if (_incoming.Count > 0)
        {
            var count = Take(pending.Buffer);
            pending.Completion.TrySetResult(count);
        }
        else if (_broken is not null)
        {
            pending.Completion.TrySetException(_broken);
        }
        else
        {
            pending.Completion.TrySetResult(0);
        }
    }

    private int Take(Memory<byte> buffer)
    {
        var (bytes, consumed) = _incoming.Peek();
        var count = Math.Min(buffer.Length, bytes.Length - _offset);
        bytes.AsMemory(_offset, count).CopyTo(buffer);
        _offset += count;
        if (_offset == bytes.Length)
        {
            _incoming.Dequeue();
            _offset = 0;
            consumed?.Invoke();
        }

        return count;
    }

    private PendingRead? TakePending()
    {
        var pending = _pending;
        _pending = null;
        pending?.Registration.Dispose();
        return pending;
    }

    private void Cancel(PendingRead pending, CancellationToken cancellationToken)
    {
        if (_pending == pending)
        {
            _pending = null;
            pending.Completion.TrySetCanceled(cancellationToken);
        }
    }

    private sealed class PendingRead(Memory<byte> buffer)
    {
        public Memory<byte> Buffer { get; } = buffer;

        public TaskCompletionSource<int> Completion { get; } = new();

        public CancellationTokenRegistration Registration { get; set; }
    }
}
