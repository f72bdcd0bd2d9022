using Npgsql;
using Relay.Core.Database;
using Relay.Core.Messages;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>What is only read of the shared spool, over connections beside the writer's.</summary>
internal sealed class SpoolReader(PostgreSqlDatabase database, BodyPieces bodies)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>For a large body on a slow line.</summary>
    private static readonly TimeSpan BodyPatience = TimeSpan.FromMinutes(2);

    /// <exception cref="BodyLostException">It is not there.</exception>
    public async Task<MessageBody> OpenBodyAsync(SpooledMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await Deadline.KeepAsync(
                token => bodies.OpenAsync(message, token),
                BodyPatience,
                TimeProvider.System,
                cancellationToken
            );
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure, cancellationToken))
        {
            throw new SpoolUnavailableException($"the body of {message.Id} cannot be read: {DatabaseTrouble.Describe(failure)}", failure);
        }
    }

    public Task<List<AttemptEntry>> HistoryAsync(MessageId message, CancellationToken cancellationToken) =>
        ReadAsync(
            "select-attempts",
            static reader => new AttemptEntry(
                Rows.Time(reader.GetInt64(0)),
                new AttemptRecord(reader.GetString(1), reader.GetString(2), TimeSpan.FromMilliseconds(reader.GetInt64(3)))
            ),
            [Value.Bytes(Rows.Id(message))],
            cancellationToken
        );

    /// <summary>Rows, each with the number of leases that there were on it.</summary>
    public Task<List<(SpooledDelivery Delivery, long Generation)>> ListAsync(
        QueueFilter filter,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            "list",
            static reader => (Rows.ReadListed(reader), reader.GetInt64(12)),
            [
                Value.Number(filter.After),
                Value.Bytes(filter.Message is { } message ? Rows.Id(message) : null),
                Value.Integer((int?)filter.State),
                Value.Text(filter.Group),
                Value.Text(Rows.Pattern(filter.Sender)),
                Value.Text(Rows.Pattern(filter.Recipient)),
                Value.Integer(limit),
            ],
            cancellationToken
        );

    private async Task<List<T>> ReadAsync<T>(
        string name,
        Func<NpgsqlDataReader, T> read,
        NpgsqlParameter[] values,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await Deadline.KeepAsync(QueryAsync, Patience, TimeProvider.System, cancellationToken);
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure, cancellationToken))
        {
            throw new SpoolUnavailableException($"the spool cannot be read: {DatabaseTrouble.Describe(failure)}", failure);
        }

        async Task<List<T>> QueryAsync(CancellationToken token)
        {
            await using var connection = await database.ConnectAsync(token);
            return await SpoolSql.QueryAsync(connection, name, read, values, token);
        }
    }
}
