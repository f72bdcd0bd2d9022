using System.Globalization;
using Npgsql;

namespace Relay.Core.Database;

/// <summary>
/// Brings the schema to what this program knows. Changes only add, so that nodes of an older version go on beside it; one at a time does it, the others wait.
/// </summary>
internal static class SchemaMigrator
{
    /// <summary>"RELY", which no other program on the server should use as an advisory lock.</summary>
    private const long LockKey = 0x52454C59;

    private static readonly SqlTexts Sql = new("Relay.Core.Database");

    /// <exception cref="DatabaseAwayException">The schema is of a version of Relay that this one cannot work beside.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        await RunAsync(connection, Sql["prepare-migrations"], cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        var known = Sql.Numbered;
        if (applied.Values.DefaultIfEmpty().Max() is var least && least > Number(known[^1]))
        {
            throw new DatabaseAwayException(
                $"the database was changed by a newer version of Relay (schema {least}, this one knows {Number(known[^1])})"
            );
        }

        foreach (var name in known.Where(name => !applied.ContainsKey(Number(name))))
        {
            await RunAsync(connection, Sql[name], cancellationToken);
            await using var record = new NpgsqlCommand("INSERT INTO migration (number, name) VALUES ($1, $2)", connection)
            {
                Parameters =
                {
                    new() { Value = Number(name) },
                    new() { Value = name },
                },
            };
            await record.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Numbers of what was applied, and what each asks of programs.</summary>
    private static async Task<Dictionary<int, int>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT number, least FROM migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<int, int> applied = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetInt32(0), reader.GetInt32(1));
        }

        return applied;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Files of the assembly.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static int Number(string name) =>
        int.Parse(name.AsSpan(0, name.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
}
