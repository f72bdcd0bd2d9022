using Microsoft.Extensions.Logging;
using Npgsql;
using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>
/// Room on the database's disk for mail that is there already: to take a message up changes its row, and on a disk that is full to the last page even that fails. Then no new mail is taken,
/// and where that is not enough the reserve is given up. Once there is room again it is laid in anew, and mail is taken as before (docs/decisions/0018-disk-reserve.md).
/// </summary>
internal sealed partial class DiskReserve : IAsyncDisposable
{
    /// <summary>Octets that must find room before new mail is taken.</summary>
    private const int RoomForMail = 1 << 20;

    /// <summary>Octets of the reserve, which must find room beside it.</summary>
    private const int Size = 4 << 20;

    /// <summary>Octets of a piece of <c>try-disk</c>.</summary>
    private const int Piece = 64;

    /// <summary>Looking for room may take this part of the time.</summary>
    private const int TrialShare = 10;

    /// <summary>So long it is kept at first: nodes under load meet the full disk themselves meanwhile, and take nothing that would use up what is given up.</summary>
    private static readonly TimeSpan KeepTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan TrialInterval = TimeSpan.FromSeconds(5);

    /// <summary>Where the tables have room and the disk has not, the disk is tried now and then: for a moment each try leaves no page to anybody.</summary>
    private static readonly TimeSpan BuildInterval = TimeSpan.FromMinutes(10);

    /// <summary>The writer waits meanwhile.</summary>
    private static readonly TimeSpan TrialPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PostgreSqlDatabase _database;
    private readonly SpoolWriter _writer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SpoolRounds _rounds;
    private volatile string? _whyFull;
    private long _fullAt;
    private int _hasFailed;
    private bool? _isThere;
    private long _triedAt;
    private TimeSpan _trialTook;

    /// <param name="database">Whose disk it is.</param>
    /// <param name="writer">Finds out that it is full.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when it is given up, and when it is there again.</param>
    public DiskReserve(PostgreSqlDatabase database, SpoolWriter writer, TimeProvider time, ILogger logger)
    {
        (_database, _writer, _time, _logger) = (database, writer, time, logger);
        _writer.Trouble.FoundDiskFull += OnDiskFull;
        _rounds = new SpoolRounds(database, DecideAsync, LogPutOff, time);
    }

    /// <summary>Why no new mail is taken; null when there is room.</summary>
    public string? WhyFull => _whyFull;

    /// <inheritdoc cref="SpoolRounds.LookAsync"/>
    public Task LookAsync() => _rounds.LookAsync();

    public ValueTask DisposeAsync()
    {
        _writer.Trouble.FoundDiskFull -= OnDiskFull;
        return _rounds.DisposeAsync();
    }

    /// <summary>At once, so that no message is accepted between this and the next look.</summary>
    private void OnDiskFull(string trouble)
    {
        Volatile.Write(ref _hasFailed, 1);
        Close($"the disk of the database is full: {trouble}");
    }

    private void Close(string why)
    {
        if (_whyFull is null)
        {
            Volatile.Write(ref _fullAt, _time.GetTimestamp());
            _whyFull = why;
        }
    }

    private void Reopen()
    {
        _whyFull = null;
        if (Volatile.Read(ref _hasFailed) != 0)
        {
            Close("the disk of the database is full"); // it was found to be while we looked
        }
    }

    private async Task DecideAsync()
    {
        var before = _isThere;
        var isThere = await KeepAsync(IsThereAsync, Patience);
        _isThere = isThere;
        if (Interlocked.Exchange(ref _hasFailed, 0) != 0)
        {
            if (isThere && _time.GetElapsedTime(Volatile.Read(ref _fullAt)) >= KeepTime)
            {
                await GiveUpAsync();
            }
        }
        else if (before is null && !isThere)
        {
            await BuildFirstAsync();
        }
        else if (before is true && !isThere)
        {
            Close("the disk of the database is full, and another node has given up the reserve there");
        }
        else if (IsDue(isThere))
        {
            await LookForRoomAsync();
        }
    }

    private async Task GiveUpAsync()
    {
        LogGivenUp(_whyFull);
        await KeepAsync(token => RunAsync("give-up-reserve", token), Patience);
        _isThere = false;
    }

    /// <summary>Another node may have given it up just now, and this one have been started then: that is no room for it.</summary>
    private async Task BuildFirstAsync()
    {
        if (!await TryDiskAsync(RoomForMail + Size))
        {
            Close("the disk of the database is full");
            return;
        }

        await KeepAsync(BuildAsync, Patience);
    }

    private bool IsDue(bool isThere)
    {
        var (isFull, since) = (_whyFull is not null, Math.Max(_triedAt, Volatile.Read(ref _fullAt)));
        var (pause, share) = (isFull ? TrialInterval : BuildInterval, _trialTook * TrialShare);
        return (isFull || !isThere) && _time.GetElapsedTime(since) >= (share > pause ? share : pause);
    }

    private async Task LookForRoomAsync()
    {
        var begin = TimeProvider.System.GetTimestamp();
        try
        {
            if (_whyFull is not null)
            {
                await VacuumAsync();
            }

            await ReopenIfThereIsRoomAsync(_isThere is true ? RoomForMail : RoomForMail + Size);
        }
        finally
        {
            (_triedAt, _trialTook) = (_time.GetTimestamp(), TimeProvider.System.GetElapsedTime(begin));
        }
    }

    private async Task ReopenIfThereIsRoomAsync(int octets)
    {
        if (await TryDiskAsync(octets))
        {
            await KeepAsync(BuildAsync, Patience);
            LogBack();
            Reopen();
        }
        else if (_whyFull is not null && await KeepAsync(token => HasRoomAsync(octets, token), Patience))
        {
            Reopen();
        }
    }

    /// <summary>What has gone out gives its pages back. PostgreSQL does that by itself, but minutes later, and not for few rows.</summary>
    private async Task VacuumAsync()
    {
        if (!await TryVacuumAsync() && _isThere is true)
        {
            await GiveUpAsync();
            await TryVacuumAsync();
        }
    }

    /// <summary>False when it has no page to note in which pages there is room.</summary>
    private async Task<bool> TryVacuumAsync()
    {
        try
        {
            await KeepAsync(token => RunAsync("vacuum", token), Patience);
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure))
        {
            LogPutOff(DatabaseTrouble.Describe(failure)); // there may be room all the same
            return !DatabaseTrouble.IsDiskFull(failure);
        }

        return true;
    }

    private async Task<bool> HasRoomAsync(int octets, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        return await AskAsync(connection, "has-room", cancellationToken, Value.Number(octets));
    }

    /// <summary>Whether the disk has so much room. This node's writer pauses meanwhile: for a moment it takes what writes may need.</summary>
    private async Task<bool> TryDiskAsync(int octets)
    {
        try
        {
            await _writer.BetweenAsync(() => KeepAsync(token => FillForAMomentAsync(octets, token), TrialPatience));
            return true;
        }
        catch (PostgresException failure) when (DatabaseTrouble.IsDiskFull(failure))
        {
            LogPutOff(DatabaseTrouble.Describe(failure));
            return false;
        }
    }

    private async Task FillForAMomentAsync(int octets, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var prepare = SpoolSql.Command(connection, "prepare-try-disk");
        await prepare.ExecuteNonQueryAsync(cancellationToken);
        await using var command = SpoolSql.Command(connection, "try-disk", Value.Integer(octets / Piece));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Does nothing where it is there, or another node is at it.</summary>
    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await AskAsync(connection, "lock-reserve", cancellationToken) && !await AskAsync(connection, "has-reserve", cancellationToken))
        {
            await using var command = SpoolSql.Command(connection, "build-reserve");
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        return await AskAsync(connection, "has-reserve", cancellationToken);
    }

    private static async Task<bool> AskAsync(
        NpgsqlConnection connection,
        string name,
        CancellationToken cancellationToken,
        params NpgsqlParameter[] values
    )
    {
        await using var command = SpoolSql.Command(connection, name, values);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = SpoolSql.Command(connection, name);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Task KeepAsync(Func<CancellationToken, Task> work, TimeSpan patience) =>
        Deadline.KeepAsync(work, patience, TimeProvider.System, CancellationToken.None);

    private static Task<bool> KeepAsync(Func<CancellationToken, Task<bool>> work, TimeSpan patience) =>
        Deadline.KeepAsync(work, patience, TimeProvider.System, CancellationToken.None);

    [LoggerMessage(
        EventId = 540,
        EventName = "ReserveGivenUp",
        Level = LogLevel.Warning,
        Message = "The reserve on the disk of the database is given up, so that what is in the spool can go out: {Reason}"
    )]
    private partial void LogGivenUp(string? reason);

    [LoggerMessage(
        EventId = 541,
        EventName = "ReserveBack",
        Level = LogLevel.Information,
        Message = "The disk of the database has room again, and the reserve is there"
    )]
    private partial void LogBack();

    [LoggerMessage(
        EventId = 542,
        EventName = "ReservePutOff",
        Level = LogLevel.Debug,
        Message = "The disk of the database is looked after later: {Reason}"
    )]
    private partial void LogPutOff(string reason);
}
