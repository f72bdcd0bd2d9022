using Microsoft.Extensions.Logging;
using Npgsql;
using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>
/// What a node does for the shared spool each second, beside its own work: counts it, takes over what dead nodes had, finds out whether it can be written
/// again; and now and then forgets what is over.
/// </summary>
internal sealed partial class SpoolKeeper : IAsyncDisposable
{
    /// <summary>Rows that one write changes at most, so that stores behind it do not wait long.</summary>
    public const int Slice = 1000;

    /// <summary>Counting may take this part of the time: the more there is, the less often it is counted.</summary>
    private const int CountShare = 10;

    private static readonly TimeSpan PurgeInterval = TimeSpan.FromMinutes(10);

    /// <summary>The writer waits meanwhile.</summary>
    private static readonly TimeSpan GatePatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PostgreSqlDatabase _database;
    private readonly SpoolWriter _writer;
    private readonly SharedCounts _counts;
    private readonly TimeSpan _uncertainDelay;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SpoolRounds _rounds;
    private long _countedAt = long.MinValue;
    private TimeSpan _countTook;
    private long _purgedAt;

    public SpoolKeeper(
        PostgreSqlDatabase database,
        SpoolWriter writer,
        SharedCounts counts,
        TimeSpan uncertainDelay,
        TimeProvider time,
        ILogger logger
    )
    {
        (_database, _writer, _counts, _uncertainDelay, _time, _logger) = (database, writer, counts, uncertainDelay, time, logger);
        _purgedAt = time.GetTimestamp();
        _rounds = new SpoolRounds(database, LookAfterAllAsync, LogPutOff, time);
    }

    /// <summary>Raised when rows of dead nodes wait for anybody.</summary>
    public event Action? Recovered;

    /// <inheritdoc cref="SpoolRounds.LookAsync"/>
    public Task LookAsync() => _rounds.LookAsync();

    /// <summary>Gives to all what nodes had that are no more.</summary>
    public async Task RecoverAsync()
    {
        var all = 0;
        for (var recovered = Slice; recovered == Slice; all += recovered)
        {
            recovered = await _writer.WriteAsync(plan => Recover(plan));
        }

        if (all > 0)
        {
            LogRecovered(all);
            Recovered?.Invoke();
        }
    }

    /// <summary>Forgets records whose time is over, and bodies that nothing names.</summary>
    public async Task PurgeAsync()
    {
        for (var purged = Slice; purged == Slice; )
        {
            purged = await PurgeSliceAsync();
        }

        for (var swept = Slice; swept == Slice; )
        {
            swept = await Deadline.KeepAsync(SweepAsync, Patience, TimeProvider.System, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _rounds.DisposeAsync();

    private async Task LookAfterAllAsync()
    {
        await ProbeAsync();
        await CountAsync();
        await PurgeIfDueAsync();
    }

    private async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = SpoolSql.Command(connection, "sweep-bodies", Value.Integer(Slice));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Nobody else would find out that it works again: nothing is stored meanwhile.</summary>
    private async Task ProbeAsync()
    {
        if (_writer.Trouble.Why is not null)
        {
            await _writer.WriteAsync<bool>(
                static plan =>
                {
                    plan.Run("probe");
                    return static () => true;
                },
                needsLease: false
            );
        }
    }

    private async Task CountAsync()
    {
        if (_countedAt != long.MinValue && _time.GetElapsedTime(_countedAt) < _countTook * CountShare)
        {
            return;
        }

        if (await Deadline.KeepAsync(CountAsync, Patience, TimeProvider.System, CancellationToken.None))
        {
            await RecoverAsync();
        }
    }

    /// <summary>True when there are rows of nodes that are no more.</summary>
    private async Task<bool> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var hasOrphans = false;
        await _writer.BetweenAsync(async () =>
        {
            // The first statement decides what all of them see: whatever this node commits from here on comes on top.
            hasOrphans = await Deadline.KeepAsync(
                token => HasOrphansAsync(connection, token),
                GatePatience,
                TimeProvider.System,
                CancellationToken.None
            );
            _counts.Mark();
        });
        var begin = TimeProvider.System.GetTimestamp();
        await LoadAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        (_countedAt, _countTook) = (_time.GetTimestamp(), TimeProvider.System.GetElapsedTime(begin));
        return hasOrphans;
    }

    private static async Task<bool> HasOrphansAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = SpoolSql.Command(connection, "has-orphans");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task LoadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var counted = new CountChanges();
        long? oldest = null;
        await using var command = SpoolSql.Command(connection, "count");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var state = (SpoolState)reader.GetInt32(0);
            counted.Add(state, reader.GetInt32(1), reader.GetInt64(2));
            oldest = state == SpoolState.Failed ? oldest : Math.Min(oldest ?? long.MaxValue, reader.GetInt64(3));
        }

        _counts.Load(counted, oldest is { } at ? Rows.Time(at) : null);
    }

    private Func<int> Recover(WritePlan plan)
    {
        var (recovered, now) = (0, _time.GetUtcNow());
        plan.Query(
            "recover",
            reader =>
            {
                recovered++;
                plan.Counts.Moved(SpoolState.Active, (SpoolState)reader.GetInt32(0));
            },
            Value.Number(Rows.Time(now)),
            Value.Number(Rows.Time(now + _uncertainDelay)),
            Value.Integer(Slice)
        );
        plan.IsWorkForOthers = true;
        return () => recovered;
    }

    private async Task PurgeIfDueAsync()
    {
        if (_time.GetElapsedTime(_purgedAt) >= PurgeInterval)
        {
            _purgedAt = _time.GetTimestamp();
            await PurgeAsync();
        }
    }

    private async Task<int> PurgeSliceAsync()
    {
        List<byte[]> messages = [];
        var purged = await _writer.WriteAsync<int>(
            plan =>
            {
                messages.Clear();
                plan.Query(
                    "purge",
                    reader =>
                    {
                        messages.Add(reader.GetFieldValue<byte[]>(0));
                        plan.Counts.Removed(SpoolState.Failed, 0);
                    },
                    Value.Number(Rows.Time(_time.GetUtcNow())),
                    Value.Integer(Slice)
                );
                return () => messages.Count;
            },
            needsLease: false
        );
        if (purged > 0)
        {
            await _writer.WriteAsync<bool>(
                plan =>
                {
                    plan.Run("purge-attempts", Value.Many([.. messages]));
                    return static () => true;
                },
                needsLease: false
            );
        }

        return purged;
    }

    [LoggerMessage(
        EventId = 530,
        EventName = "SpoolTakenOver",
        Level = LogLevel.Warning,
        Message = "{Rows} deliveries were under way on nodes that are no more; they are tried again"
    )]
    private partial void LogRecovered(int rows);

    [LoggerMessage(
        EventId = 531,
        EventName = "SpoolKeepingPutOff",
        Level = LogLevel.Debug,
        Message = "The shared spool is looked after later: {Reason}"
    )]
    private partial void LogPutOff(string reason);
}
