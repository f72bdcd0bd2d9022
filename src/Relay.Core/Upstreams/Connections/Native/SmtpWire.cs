using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// The bytes of one connection, in both directions. What is appended goes out in one write when it is flushed, so that no half command ever waits for the
/// acknowledgement of its other half. Buffers are rented while something is in them: an idle connection holds none.
/// </summary>
/// <remarks>Every read and write ends when the guard ends the dialogue. Used by one caller at a time, but for a write that is under way while replies are read.</remarks>
internal sealed class SmtpWire(Stream transport, SessionGuard guard) : IAsyncDisposable
{
    private const int FirstInput = 4 * 1024;

    /// <summary>No reply is longer, its lines together; RFC 5321 §4.5.3.1.5 asks for 512 octets a line.</summary>
    private const int LargestInput = 64 * 1024;

    private const int FirstOutput = 4 * 1024;

    private readonly Stream _transport = transport;
    private Stream _stream = transport;
    private byte[]? _output;
    private int _outputLength;
    private Task? _writing;
    private byte[]? _input;
    private int _start;
    private int _end;

    /// <summary>Bytes that wait to be flushed.</summary>
    public int Pending => _outputLength;

    /// <summary>Whether a write that was begun is still under way.</summary>
    public bool IsWriting => _writing is { IsCompleted: false };

    /// <summary>What has come and was not taken yet.</summary>
    public ReadOnlySpan<byte> Received => _input.AsSpan(_start, _end - _start);

    /// <summary>False when the other side has closed, or has said something that nobody asked for. Known of sockets only; other streams count as quiet.</summary>
    public bool IsQuiet =>
        _start == _end && (_transport is not NetworkStream { Socket: var socket } || !socket.Poll(0, SelectMode.SelectRead));

    /// <summary>Goes on inside TLS. Nothing may have been received before (RFC 3207 §4.2).</summary>
    public Stream Replace(Func<Stream, Stream> secure) => _stream = secure(_stream);

    /// <summary>Room for so many bytes at once, where it is known how many will come.</summary>
    public void Reserve(int count)
    {
        var needed = _outputLength + count;
        if (_output is not null && _output.Length >= needed)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstOutput, needed));
        _output.AsSpan(0, _outputLength).CopyTo(larger);
        ReturnOutput();
        _output = larger;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_output is null || _output.Length - _outputLength < bytes.Length)
        {
            Reserve(Math.Max(bytes.Length, _outputLength)); // doubles
        }

        bytes.CopyTo(_output.AsSpan(_outputLength));
        _outputLength += bytes.Length;
    }

    /// <summary>At least <paramref name="count"/> bytes to write into; <see cref="Advance"/> says how many were.</summary>
    public Span<byte> GetSpan(int count)
    {
        if (_output is null || _output.Length - _outputLength < count)
        {
            Reserve(Math.Max(count, _outputLength));
        }

        return _output.AsSpan(_outputLength);
    }

    public void Advance(int count) => _outputLength += count;

    /// <summary>Writes what waits.</summary>
    public ValueTask FlushAsync()
    {
        var bytes = _output.AsMemory(0, _outputLength);
        _outputLength = 0;
        return _stream.WriteAsync(bytes, guard.Token);
    }

    /// <summary>
    /// Starts to write what waits; replies can be read meanwhile, as they must be where a server answers while it is still being written to.
    /// <see cref="EndFlushAsync"/> comes before anything is appended again.
    /// </summary>
    public void BeginFlush()
    {
        var writing = FlushAsync();
        if (writing.IsCompletedSuccessfully)
        {
            writing.GetAwaiter().GetResult();
        }
        else
        {
            _writing = writing.AsTask();
        }
    }

    public ValueTask EndFlushAsync()
    {
        var writing = _writing;
        _writing = null;
        return writing is null ? ValueTask.CompletedTask : new ValueTask(writing);
    }

    /// <summary>Waits for more bytes.</summary>
    /// <exception cref="EndOfStreamException">The server has closed the connection.</exception>
    /// <exception cref="ReplyFormatException">More has come than any reply has.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FillAsync()
    {
        MakeRoomForInput();
        var count = await _stream.ReadAsync(_input.AsMemory(_end), guard.Token);
        if (count == 0)
        {
            throw new EndOfStreamException("The server has closed the connection.");
        }

        _end += count;
    }

    public void Take(int count) => _start += count;

    /// <summary>Gives the buffers back; nothing may be under way.</summary>
    public void Rest()
    {
        if (_writing is null)
        {
            ReturnOutput();
            _output = null;
        }

        _outputLength = 0;
        if (_start == _end && _input is not null)
        {
            ArrayPool<byte>.Shared.Return(_input);
            _input = null;
            (_start, _end) = (0, 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _transport.DisposeAsync();
        if (_writing is { } writing)
        {
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the stream is gone, so it ends; only then its buffer is free
            _writing = null;
        }

        Rest();
    }

    private void MakeRoomForInput()
    {
        if (_input is null)
        {
            _input = ArrayPool<byte>.Shared.Rent(FirstInput);
            return;
        }

        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        if (_end < _input.Length)
        {
            return;
        }

        if (_end - _start >= LargestInput)
        {
            throw new ReplyFormatException("The reply is longer than any reply should be.");
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstInput, (_end - _start) * 2));
        Received.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_input);
        (_input, _start, _end) = (larger, 0, _end - _start);
    }

    private void ReturnOutput()
    {
        if (_output is not null)
        {
            ArrayPool<byte>.Shared.Return(_output);
        }
    }
}
