using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Relay.Core.Spool.Sqlite;

/// <summary>The database file: opened once for writing, by one process only, and checked before anything is changed in it.</summary>
internal sealed class SpoolDatabase : IDisposable
{
    /// <summary>"RELY": tells a spool from any other SQLite database.</summary>
    private const int ApplicationId = 0x52454C59;

    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    private readonly FileStream _lock;
    private readonly string _readers;

    private SpoolDatabase(string path, FileStream fileLock, SqliteConnection writer)
    {
        _lock = fileLock;
        Writer = writer;
        _readers = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = true,
        }.ToString();
    }

    /// <summary>The only connection that writes.</summary>
    public SqliteConnection Writer { get; }

    /// <exception cref="SpoolOpenException">It cannot be used.</exception>
    public static SpoolDatabase Open(string path)
    {
        FileStream? fileLock = null;
        SqliteConnection? writer = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            fileLock = LockFile(path);
            writer = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = path,
                    Mode = SqliteOpenMode.ReadWriteCreate,
                    Pooling = false,
                }.ToString()
            );
            writer.Open();
            Prepare(writer, path);
            return new SpoolDatabase(path, fileLock, writer);
        }
        catch (Exception failure)
        {
            writer?.Dispose();
            fileLock?.Dispose();
            throw failure switch
            {
                SpoolOpenException => failure,
                SqliteException { SqliteErrorCode: NotADatabase or Corrupt } => new SpoolOpenException(
                    $"the spool {path} is damaged ({failure.Message}); Relay does not touch it. Put it aside, or restore it",
                    failure
                ),
                _ => new SpoolOpenException($"the spool {path} cannot be opened: {failure.Message}", failure),
            };
        }
    }

    /// <summary>A connection that reads; dispose of it soon.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_readers);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        Writer.Dispose();
        using (var reader = new SqliteConnection(_readers))
        {
            SqliteConnection.ClearPool(reader);
        }

        _lock.Dispose();
    }

    private static FileStream LockFile(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (File.Exists(path + ".lock"))
        {
            throw new SpoolOpenException($"the spool {path} is in use by another process", failure);
        }
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        var isNew = Number(connection, "SELECT COUNT(*) FROM sqlite_schema") == 0;
        var version = (int)Number(connection, "PRAGMA user_version");
        if (!isNew && Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new SpoolOpenException($"{path} is a database, but no spool of Relay; Relay does not touch it");
        }

        if (version > SqlText.Migrations.Count)
        {
            throw new SpoolOpenException(
                $"the spool {path} was written by a newer version of Relay (schema {version}, this one knows {SqlText.Migrations.Count})"
            );
        }

        Run(connection, "PRAGMA journal_mode = WAL");
        Run(connection, "PRAGMA synchronous = FULL");
        Run(connection, "PRAGMA wal_autocheckpoint = 4000");
        Run(connection, "PRAGMA journal_size_limit = 67108864");
        for (; version < SqlText.Migrations.Count; version++)
        {
            var next = (version + 1).ToString(CultureInfo.InvariantCulture);
            Run(
                connection,
                $"BEGIN IMMEDIATE; {SqlText.Migrations[version]}; PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {next}; COMMIT"
            );
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements of our own, with numbers of our own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements of our own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
