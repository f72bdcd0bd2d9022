using System.Text;

namespace Relay.TestKit;

/// <summary>Lines in, replies out, over whatever stream the connection has now.</summary>
internal sealed class ScriptedWire(Stream stream) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public Stream Stream { get; private set; } = stream;

    /// <summary>Goes on over another stream; what was read ahead is thrown away, as RFC 3207 §4.2 asks.</summary>
    public void Replace(Stream replacement)
    {
        Stream = replacement;
        (_start, _end) = (0, 0);
    }

    /// <summary>A line with its CRLF; null at the end of the connection.</summary>
    public async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        while (true)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var count = end < 0 ? _end - _start : end + 1;
            Append(line, _buffer.AsSpan(_start, count));
            _start += count;
            if (end >= 0 && EndsInCrLf(line))
            {
                return line.ToArray();
            }

            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return null;
            }
        }
    }

    /// <summary>So many bytes, as they come; null when the connection ends before.</summary>
    public async Task<byte[]?> ReadBytesAsync(long count, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        while (bytes.Length < count)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return null;
            }

            var taken = (int)Math.Min(_end - _start, count - bytes.Length);
            Append(bytes, _buffer.AsSpan(_start, taken));
            _start += taken;
        }

        return bytes.ToArray();
    }

    /// <summary>Reads and forgets until the client closes.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (await FillAsync(cancellationToken))
        {
            continue;
        }
    }

    public async Task WriteAsync(string text, bool isBytewise, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var step = isBytewise ? 1 : Math.Max(1, bytes.Length);
        for (var position = 0; position < bytes.Length; position += step)
        {
            await Stream.WriteAsync(bytes.AsMemory(position, step), cancellationToken);
            await Stream.FlushAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await Stream.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }

    private static void Append(MemoryStream line, ReadOnlySpan<byte> bytes) => line.Write(bytes);

    private static bool EndsInCrLf(MemoryStream line) => line.Length >= 2 && line.GetBuffer()[line.Length - 2] == (byte)'\r';
}
