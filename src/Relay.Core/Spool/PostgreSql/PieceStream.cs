using Npgsql;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>Writes a body to the database as it comes, a piece at a time.</summary>
internal sealed class PieceStream(NpgsqlConnection connection, byte[] id) : Stream
{
    public const int PieceSize = 256 * 1024;

    private readonly byte[] _piece = new byte[PieceSize];
    private int _length;
    private int _number;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, _piece.Length - _length);
            buffer[..count].CopyTo(_piece.AsMemory(_length));
            _length += count;
            buffer = buffer[count..];
            if (_length == _piece.Length)
            {
                await FlushAsync(cancellationToken);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>What is left becomes the last piece.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_length == 0)
        {
            return;
        }

        await using var command = SpoolSql.Command(
            connection,
            "insert-piece",
            Value.Bytes(id),
            Value.Integer(_number++),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea, Value = _piece.AsMemory(0, _length) }
        );
        await command.ExecuteNonQueryAsync(cancellationToken);
        _length = 0;
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
