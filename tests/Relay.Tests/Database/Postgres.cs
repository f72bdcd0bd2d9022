using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Database;
using Relay.TestKit.Processes;

namespace Relay.Tests.Database;

/// <summary>The one server of this assembly, started by the first test that needs it, and databases on it that have the schema already.</summary>
internal static class Postgres
{
    private const string Template = "relay_template";

    private static readonly Lock Starting = new();
    private static Task<PostgresServer>? _started;

    /// <summary>A database of the test's own, with the schema of this program.</summary>
    public static async Task<string> NewDatabaseAsync() => await (await ServerAsync()).CreateDatabaseAsync(Template);

    /// <summary>The same, without anything in it.</summary>
    public static async Task<string> NewEmptyDatabaseAsync() => await (await ServerAsync()).CreateDatabaseAsync();

    /// <summary>Runs a statement, and returns the first column of its first row.</summary>
    public static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // Statements of tests.
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public static async Task StopAsync()
    {
        if (_started is not null)
        {
            await (await ServerAsync()).DisposeAsync();
        }
    }

    private static Task<PostgresServer> ServerAsync()
    {
        lock (Starting)
        {
            return _started ??= StartAsync();
        }
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartNewAsync();
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {Template}");
        await using (var database = Open(server.ConnectionString(Template) + ";Pooling=false"))
        {
            await database.StartAsync(default);
            await database.Ready.WaitAsync(TimeSpan.FromSeconds(30));
        }

        return server;
    }

    public static PostgreSqlDatabase Open(string connectionString) =>
        new(connectionString, new Random(1), TimeProvider.System, NullLogger<PostgreSqlDatabase>.Instance);
}
