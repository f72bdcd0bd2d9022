using Relay.Core.Forwarding;
using Relay.Core.Reception;

namespace Relay;

/// <summary>
/// Lets mail that is under way finish when the process is to end: idle sessions are sent away at once, running transactions get 25 seconds.
/// Kestrel closes its listeners meanwhile and waits for the connections.
/// </summary>
internal sealed partial class ShutdownDrain(
    SessionRegistry sessions,
    AttemptWatch attempts,
    TimeProvider time,
    ILogger<ShutdownDrain> logger
) : IHostedLifecycleService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private Task _drain = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Comes before Kestrel stops, and must not wait: only then are the listeners closed.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        LogStopping(logger, sessions.Count);
        sessions.BeginDrain();
        _drain = CloseWhatIsLeftAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Comes after Kestrel has stopped: no connection is left.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _drain.WaitAsync(cancellationToken);
        LogStopped(logger);
    }

    private async Task CloseWhatIsLeftAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await sessions.WaitForDrainAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            LogImpatient(logger, sessions.Count);
            attempts.GiveUp(); // messages in hand are answered 451 now
            sessions.CloseAll();
        }
    }

    [LoggerMessage(902, LogLevel.Information, "Stopping; {Sessions} sessions are open", EventName = "Stopping")]
    private static partial void LogStopping(ILogger logger, int sessions);

    [LoggerMessage(903, LogLevel.Warning, "{Sessions} sessions did not end in time and are closed", EventName = "SessionsClosed")]
    private static partial void LogImpatient(ILogger logger, int sessions);

    [LoggerMessage(904, LogLevel.Information, "Stopped", EventName = "Stopped")]
    private static partial void LogStopped(ILogger logger);
}
