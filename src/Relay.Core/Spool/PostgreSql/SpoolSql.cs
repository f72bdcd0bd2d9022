using Npgsql;
using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>The statements, which are files beside this one.</summary>
internal static class SpoolSql
{
    public static SqlTexts Texts { get; } = new("Relay.Core.Spool.PostgreSql");

    public static NpgsqlCommand Command(NpgsqlConnection connection, string name, params ReadOnlySpan<NpgsqlParameter> values)
    {
#pragma warning disable CA2100 // A file of the assembly.
        var command = new NpgsqlCommand(Texts[name], connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        return command;
    }

    /// <summary>All rows of a statement.</summary>
    public static async Task<List<T>> QueryAsync<T>(
        NpgsqlConnection connection,
        string name,
        Func<NpgsqlDataReader, T> read,
        NpgsqlParameter[] values,
        CancellationToken cancellationToken
    )
    {
        List<T> rows = [];
        await using var command = Command(connection, name, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
