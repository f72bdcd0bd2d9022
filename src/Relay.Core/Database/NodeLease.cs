using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Relay.Core.Database;

/// <summary>
/// This process among the nodes that share the database: a row that it renews. As long as it does, what it has claimed is its own. By its own clock it
/// stops earlier than others, by the database's, take over; and one that was taken over comes back under another identity.
/// </summary>
internal sealed partial class NodeLease : IHostedService, IAsyncDisposable
{
    private static readonly SqlTexts Sql = new("Relay.Core.Database");
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);

    private readonly PostgreSqlDatabase _database;
    private readonly NodeDescription _description;
    private readonly TimeProvider _time;
    private readonly ILogger<NodeLease> _logger;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _leaseTime;
    private readonly TimeSpan _usable;
    private readonly TimeSpan _interval;
    private readonly long _startedAt;
    private Task _loop = Task.CompletedTask;
    private Line? _line;
    private long _id;
    private long _until = long.MinValue;
    private long _heldSince;
    private long _lookedAt;

    /// <param name="database">Where the row is.</param>
    /// <param name="description">What the row says.</param>
    /// <param name="leaseTime">After so long without a renewal others take over.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what is lost and won.</param>
    public NodeLease(
        PostgreSqlDatabase database,
        NodeDescription description,
        TimeSpan leaseTime,
        TimeProvider time,
        ILogger<NodeLease> logger
    )
    {
        (_database, _description, _leaseTime, _time, _logger) = (database, description, leaseTime, time, logger);
        _usable = leaseTime * 0.7; // the rest is for a final dot that is just going out, and for clocks that do not run alike
        _interval = leaseTime / 10;
        _startedAt = time.GetTimestamp();
    }

    /// <summary>Raised when a row was registered: at the start, and when the one before was taken over. All that was claimed under that is lost.</summary>
    public event Action<long>? Registered;

    /// <summary>Raised when this node found others dead; what they had claimed is anybody's.</summary>
    public event Action<IReadOnlyList<long>>? OthersExpired;

    /// <summary>The identity at present; 0 before the first.</summary>
    public long Id => Interlocked.Read(ref _id);

    /// <summary>This node may work: no other can have taken over yet.</summary>
    public bool IsHeld => _time.GetTimestamp() < Interlocked.Read(ref _until);

    /// <summary>Returns when the node is registered, or a moment later without that.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(LoopAsync, CancellationToken.None);
        if (_database.Ready.IsCompletedSuccessfully)
        {
            await Task.WhenAny(_registered.Task, Task.Delay(StartPatience, _time, cancellationToken));
        }
    }

    /// <summary>Goes on: runs that end last still need it.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The row goes, so that others take over at once what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
        {
            return; // it is a service, and a hosted one
        }

        await _ending.CancelAsync();
        await _loop;
        Interlocked.Exchange(ref _until, long.MinValue);
        if (Interlocked.Exchange(ref _line, null) is { } line)
        {
            await line.Connection.DisposeAsync();
        }

        if (Id != 0 && _database.WhyAway is null)
        {
            await RemoveAsync();
        }
    }

    private async Task LoopAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await _database.Ready.WaitAsync(_ending.Token);
                await RenewAsync();
                await Task.Delay(_interval, _time, _ending.Token);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Renews the row, or makes a new one when others took this node for dead; then looks for others that are.</summary>
    private async Task RenewAsync()
    {
        try
        {
            await Deadline.KeepAsync(RenewAsync, _leaseTime / 3, _time, _ending.Token);
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure) && !_ending.IsCancellationRequested)
        {
            _database.Failed(failure);
        }
    }

    /// <summary>
    /// Over a connection of its own: the lease must not hang on how busy the others are. Whoever renews has taken it, and puts it back only in time: one that nobody waits for
    /// any more is in nobody's way.
    /// </summary>
    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var line = Interlocked.Exchange(ref _line, null) ?? new Line(await _database.ConnectAsync(cancellationToken));
        try
        {
            await RenewAsync(line, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            line = Interlocked.Exchange(ref _line, line);
        }
        finally
        {
            if (line is not null)
            {
                await line.Connection.DisposeAsync();
            }
        }
    }

    private async Task RenewAsync(Line line, CancellationToken cancellationToken)
    {
        var connection = line.Connection;
        var askedAt = _time.GetTimestamp(); // before the database looks at its clock
        if (Id == 0 || await ExecuteAsync(connection, "renew-node", cancellationToken, Id) == 0)
        {
            await RegisterAsync(connection, cancellationToken);
        }

        line.Replica.Check(); // a replica that takes over without having heard of it would know an older time
        Hold(askedAt);
        _database.Reached();
        _registered.TrySetResult();
        await ExpireOthersAsync(connection, cancellationToken);
    }

    private void Hold(long askedAt)
    {
        if (!IsHeld)
        {
            _heldSince = askedAt;
        }

        Interlocked.Exchange(ref _until, askedAt + (long)(_usable.TotalSeconds * _time.TimestampFrequency));
    }

    private async Task RegisterAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            "register-node",
            _description.Name,
            _description.Version,
            _description.Admin,
            _time.GetElapsedTime(_startedAt)
        );
        var (before, id) = (Id, (long)(await command.ExecuteScalarAsync(cancellationToken))!);
        cancellationToken.ThrowIfCancellationRequested(); // nobody waits any more, and another try may have had its own: this one expires
        Interlocked.Exchange(ref _id, id);
        if (before == 0)
        {
            LogRegistered(id);
        }
        else
        {
            LogLost(before, id);
        }

        Registered?.Invoke(id);
    }

    /// <summary>
    /// Who was away itself knows nothing of others: when the database comes back all of them have been silent, and each has a whole lease's time to come back
    /// to what it had.
    /// </summary>
    private async Task ExpireOthersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_time.GetElapsedTime(_heldSince) < _leaseTime || _time.GetElapsedTime(_lookedAt) < _leaseTime / 4)
        {
            return;
        }

        _lookedAt = _time.GetTimestamp();
        List<long> expired = [];
        await using (var command = Command(connection, "expire-nodes", Id, _leaseTime))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                expired.Add(reader.GetInt64(0));
                LogExpired(reader.GetInt64(0), reader.GetString(1));
            }
        }

        if (expired.Count > 0)
        {
            OthersExpired?.Invoke(expired);
        }
    }

    private async Task RemoveAsync()
    {
        try
        {
            await Deadline.KeepAsync(
                async token =>
                {
                    await using var connection = await _database.ConnectAsync(token);
                    await ExecuteAsync(connection, "remove-node", token, Id);
                },
                _leaseTime / 3,
                _time,
                CancellationToken.None
            );
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure))
        {
            return; // it expires
        }
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection,
        string name,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using var command = Command(connection, name, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string name, params object[] values)
    {
#pragma warning disable CA2100 // A file of the assembly.
        var command = new NpgsqlCommand(Sql[name], connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    [LoggerMessage(EventId = 642, EventName = "NodeRegistered", Level = LogLevel.Information, Message = "This is node {Node} now")]
    private partial void LogRegistered(long node);

    [LoggerMessage(
        EventId = 643,
        EventName = "NodeLeaseLost",
        Level = LogLevel.Warning,
        Message = "This node, {Before}, was silent for so long that others have taken over what it worked on; it goes on as node {Node}"
    )]
    private partial void LogLost(long before, long node);

    [LoggerMessage(
        EventId = 644,
        EventName = "NodeExpired",
        Level = LogLevel.Warning,
        Message = "Node {Node} ({Name}) is silent and taken for dead"
    )]
    private partial void LogExpired(long node, string name);

    /// <summary>A connection, and what is heard on it.</summary>
    private sealed class Line(NpgsqlConnection connection)
    {
        public NpgsqlConnection Connection => connection;

        public ReplicaWatch Replica { get; } = new(connection);
    }
}
