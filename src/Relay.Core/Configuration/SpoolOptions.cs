namespace Relay.Core.Configuration;

/// <summary>Where messages wait that no upstream takes right now, and how much of it there may be.</summary>
public sealed record SpoolOptions
{
    /// <summary>What keeps the spool. Default: <see cref="SpoolProvider.Sqlite"/>.</summary>
    public SpoolProvider Provider { get; init; } = SpoolProvider.Sqlite;

    /// <summary>The database that all nodes share, as Npgsql writes it; needed for <see cref="SpoolProvider.PostgreSql"/>.</summary>
    [Secret]
    public string? ConnectionString { get; init; }

    /// <summary>File whose first line is that; instead of <see cref="ConnectionString"/>.</summary>
    public string? ConnectionStringFile { get; init; }

    /// <summary>The database file; larger bodies lie in files of their own in the folder <c>PATH.bodies</c>. Its folder is created. Default: <c>data/spool.db</c>.</summary>
    public string Path { get; init; } = "data/spool.db";

    /// <summary>Bytes that must remain free on its disk: with less no new mail is taken. Default: 256 MiB.</summary>
    public long MinimumFree { get; init; } = 256L * 1024 * 1024;

    /// <summary>Bytes of bodies from which no new mail is taken; 0 for no limit. Default: 0.</summary>
    public long MaximumSize { get; init; }

    /// <summary>Messages from which no new mail is taken; 0 for no limit. Default: 0.</summary>
    public int MaximumMessages { get; init; }

    /// <summary>How long the record of a message that failed for good is kept. Default: 7 days.</summary>
    public TimeSpan KeepRecords { get; init; } = TimeSpan.FromDays(7);

    public override string ToString() => $"{nameof(SpoolOptions)} {Provider} {Path}";
}

public enum SpoolProvider
{
    /// <summary>An embedded database, for one machine.</summary>
    Sqlite,

    /// <summary>A database that any number of machines share.</summary>
    PostgreSql,
}
