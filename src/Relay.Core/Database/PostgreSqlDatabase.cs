using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Relay.Core.Configuration;

namespace Relay.Core.Database;

/// <summary>
/// The database that all nodes share. Relay starts without it and goes on without it: it is looked for in the background, its schema is brought up to date
/// when it is found, and until then, or while it is away, whoever asks for a connection is told so.
/// </summary>
internal sealed partial class PostgreSqlDatabase : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>So long a start waits for it, lest every start begins with a complaint.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(4);

    /// <summary>A migration may wait for that of another node, and for a table that is in use.</summary>
    private static readonly TimeSpan MigrationPatience = TimeSpan.FromMinutes(2);

    private readonly NpgsqlDataSource _source;
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgreSqlDatabase> _logger;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _opening = Task.CompletedTask;
    private volatile string? _whyAway = "the database has not been reached yet";
    private volatile bool _isTold;

    public PostgreSqlDatabase(string connectionString, Random random, TimeProvider time, ILogger<PostgreSqlDatabase> logger)
    {
        (_random, _time, _logger) = (random, time, logger);
        _source = new NpgsqlDataSourceBuilder(DatabaseConnectionString.Complete(connectionString)).Build();
    }

    /// <summary>Null while it works as far as is known; free to ask.</summary>
    public string? WhyAway => _whyAway;

    /// <summary>Ends when it was reached for the first time and its schema is that of this program.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Begins to look for it; returns when it is found, or a moment later without it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _opening = Task.Run(OpenAsync, CancellationToken.None);
        await Task.WhenAny(_ready.Task, Task.Delay(StartPatience, _time, cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask; // others still give back what they hold

    /// <summary>A connection of the pool; dispose of it soon.</summary>
    /// <exception cref="DatabaseAwayException">There is none.</exception>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (!_ready.Task.IsCompletedSuccessfully)
        {
            throw new DatabaseAwayException(_whyAway ?? "the database is away");
        }

        try
        {
            return await Deadline.KeepAsync(
                async token => await _source.OpenConnectionAsync(token),
                ConnectPatience,
                _time,
                cancellationToken
            );
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure, cancellationToken))
        {
            Failed(failure);
            throw new DatabaseAwayException(DatabaseTrouble.Away(failure), failure);
        }
    }

    /// <summary>
    /// Closes a connection that the server knows something about: the name it was given, what it listens for. Nothing resets what goes back to the pool, so it must not go there.
    /// </summary>
    public ValueTask RetireAsync(NpgsqlConnection connection)
    {
        _source.Clear(); // those that are idle end too; nobody misses them for long
        return connection.DisposeAsync();
    }

    /// <summary>It has taken a write; told by whoever looks each second.</summary>
    public void Reached()
    {
        if (_whyAway is not null)
        {
            _whyAway = null;
            _isTold = false;
            LogReached();
        }
    }

    /// <summary>It could not be reached, or did not do what it was asked for.</summary>
    public void Failed(Exception failure)
    {
        var why = DatabaseTrouble.Away(failure);
        _whyAway = why;
        if (!_isTold)
        {
            _isTold = true;
            _source.Clear(); // connections of before are of no use
            LogAway(why);
        }
    }

    /// <summary>May be called again: it is a service, and a hosted one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        await _ending.CancelAsync();
        await _opening;
        await _source.DisposeAsync();
    }

    private async Task OpenAsync()
    {
        for (var pause = FirstPause; !await TryOpenAsync(); pause = pause * 2 > LongestPause ? LongestPause : pause * 2)
        {
            try
            {
                // Nodes that were started together, or lost it together, do not come together.
                await Task.Delay(pause * (0.5 + _random.NextDouble()), _time, _ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>True when there is no need to try again.</summary>
    private async Task<bool> TryOpenAsync()
    {
        try
        {
            await Deadline.KeepAsync(MigrateAsync, MigrationPatience, _time, _ending.Token);
            Reached();
            _ready.TrySetResult();
            return true;
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure))
        {
            Failed(failure);
            return _ending.IsCancellationRequested;
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await SchemaMigrator.MigrateAsync(connection, cancellationToken);
    }

    [LoggerMessage(EventId = 640, EventName = "DatabaseAway", Level = LogLevel.Warning, Message = "{Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(EventId = 641, EventName = "DatabaseReached", Level = LogLevel.Information, Message = "The database is reached")]
    private partial void LogReached();
}
