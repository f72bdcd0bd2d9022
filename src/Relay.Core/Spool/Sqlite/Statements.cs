using Microsoft.Data.Sqlite;

namespace Relay.Core.Spool.Sqlite;

/// <summary>Statements over one connection, each prepared once. Used by one thread at a time.</summary>
internal sealed class Statements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    public int Execute(string name, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        With(name, parameters).ExecuteNonQuery();

    public object? Scalar(string name, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        With(name, parameters).ExecuteScalar();

    /// <summary>All rows; read to the end, for a statement that is not must not hold up the commit.</summary>
    public List<T> Query<T>(string name, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        List<T> rows = [];
        using var reader = With(name, parameters).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>BEGIN, COMMIT, ROLLBACK.</summary>
    public void Control(string sql)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // One of three words.
            command.CommandText = sql;
#pragma warning restore CA2100
            _commands.Add(sql, command);
        }

        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }
    }

    private SqliteCommand With(string name, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(name, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // A file of the assembly.
            command.CommandText = SqlText.Of(name);
#pragma warning restore CA2100
            foreach (var (parameter, _) in parameters)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = "@" + parameter });
            }

            command.Prepare();
            _commands.Add(name, command);
        }

        for (var index = 0; index < parameters.Length; index++)
        {
            command.Parameters[index].Value = parameters[index].Value ?? DBNull.Value;
        }

        return command;
    }
}
