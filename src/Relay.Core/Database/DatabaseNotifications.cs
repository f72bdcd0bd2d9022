using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Relay.Core.Database;

/// <summary>
/// One connection that hears what other nodes tell (LISTEN). What is told while it is broken is lost: when it is back, everybody is told to look, with null
/// for a text. Nobody may lean on it alone.
/// </summary>
internal sealed partial class DatabaseNotifications(PostgreSqlDatabase database, TimeProvider time, ILogger<DatabaseNotifications> logger)
    : IHostedService,
        IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>So often it is asked whether the silence is that of a dead connection.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, Action<string?>> _handlers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>It has been connected, and everybody was told to look.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Adds somebody who hears a channel; before the start, or it is heard from the next connection on.</summary>
    /// <param name="channel">A word of lower-case letters and underscores.</param>
    /// <param name="handler">Quick, and never throws.</param>
    public void Hear(string channel, Action<string?> handler) => _handlers.AddOrUpdate(channel, handler, (_, earlier) => earlier + handler);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_handlers.IsEmpty)
        {
            _loop = Task.Run(LoopAsync, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        await _loop;
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private async Task LoopAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await database.Ready.WaitAsync(_ending.Token);
                await HearAsync();
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (DatabaseTrouble.Is(failure))
            {
                LogBroken(DatabaseTrouble.Describe(failure));
                await Task.WhenAny(Task.Delay(Pause, time, _ending.Token));
            }
        }
    }

    private async Task HearAsync()
    {
        var connection = await database.ConnectAsync(_ending.Token);
        try
        {
            await HearAsync(connection);
        }
        finally
        {
            await database.RetireAsync(connection);
        }
    }

    private async Task HearAsync(NpgsqlConnection connection)
    {
        connection.Notification += OnNotification;
        await ExecuteAsync(connection, string.Join(';', _handlers.Keys.Select(static channel => $"LISTEN {channel}")));
        foreach (var handler in _handlers.Values)
        {
            handler(null);
        }

        IsListening = true;
        while (true)
        {
            if (!await connection.WaitAsync(Interval, _ending.Token))
            {
                await ExecuteAsync(connection, "SELECT 1");
            }
        }
    }

    private Task ExecuteAsync(NpgsqlConnection connection, string sql) =>
        Deadline.KeepAsync(token => ExecuteAsync(connection, sql, token), Patience, time, _ending.Token);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Names that the program itself gives.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs told)
    {
        if (_handlers.TryGetValue(told.Channel, out var handler))
        {
            handler(told.Payload);
        }
    }

    [LoggerMessage(
        EventId = 645,
        EventName = "NotificationsBroken",
        Level = LogLevel.Debug,
        Message = "Other nodes are not heard: {Reason}"
    )]
    private partial void LogBroken(string reason);
}
