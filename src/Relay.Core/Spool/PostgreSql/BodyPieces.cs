using Npgsql;
using Relay.Core.Database;
using Relay.Core.Messages;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>
/// Bodies in the database, in pieces. A small one goes with its row; a larger one is stored beforehand over a connection of its own, a piece at a time, so
/// that it neither holds up the writer nor lies in memory whole. What never gets a row is swept.
/// </summary>
internal sealed class BodyPieces(PostgreSqlDatabase database, BodyStorage storage) : IAsyncDisposable
{
    /// <summary>Bytes up to which a body goes with its row.</summary>
    public const int LargestWithRow = 64 * 1024;

    /// <summary>Large bodies that are on their way at a time.</summary>
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly SmallBodies _small = new(database);

    /// <summary>Returns when all of it is committed.</summary>
    public async Task StoreAsync(MessageId id, MessageBody body, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await database.ConnectAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var pieces = new PieceStream(connection, Rows.Id(id)))
            {
                await body.CopyToAsync(pieces, cancellationToken);
                await pieces.FlushAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <exception cref="BodyLostException">It is not there, or not all of it.</exception>
    public async Task<MessageBody> OpenAsync(SpooledMessage message, CancellationToken cancellationToken)
    {
        using var writer = storage.CreateWriter();
        if (message.Size <= LargestWithRow)
        {
            writer.Write(await _small.ReadAsync(message.Id) ?? throw Lost(message.Id, piece: 0));
            await writer.FlushAsync(cancellationToken);
            return writer.Complete(message.Traits);
        }

        await using var connection = await database.ConnectAsync(cancellationToken);
        var read = 0L;
        for (var piece = 0; read < message.Size; piece++)
        {
            var content = await ReadAsync(connection, message.Id, piece, cancellationToken);
            writer.Write(content);
            await writer.FlushAsync(cancellationToken);
            read += content.Length;
        }

        return writer.Complete(message.Traits);
    }

    public async ValueTask DisposeAsync()
    {
        await _small.DisposeAsync();
        _turns.Dispose();
    }

    private static async Task<byte[]> ReadAsync(NpgsqlConnection connection, MessageId id, int piece, CancellationToken cancellationToken)
    {
        await using var command = SpoolSql.Command(connection, "select-piece", Value.Bytes(Rows.Id(id)), Value.Integer(piece));
        return await command.ExecuteScalarAsync(cancellationToken) as byte[] ?? throw Lost(id, piece);
    }

    private static BodyLostException Lost(MessageId id, int piece) =>
        new($"its body is lost: the spool holds no piece {piece} of the body of {id}");
}
