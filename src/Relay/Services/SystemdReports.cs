using Microsoft.Extensions.Hosting.Systemd;
using Relay.Core.Timing;

namespace Relay.Services;

/// <summary>
/// Tells systemd when Relay is ready, when it begins to stop and, once a second, that it is alive (<c>Type=notify</c>, <c>WatchdogSec=</c>): a process whose
/// timers do not fire any more serves nobody, and systemd starts another. Whether systemd listens is told by NOTIFY_SOCKET alone: who the parent process
/// is, which <c>AddSystemd</c> goes by, cannot be seen from within a unit with <c>ProtectProc=invisible</c>.
/// </summary>
internal sealed class SystemdReports(Heartbeat heartbeat) : IHostedLifecycleService, IHeartbeatListener
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    private readonly SystemdNotifier _systemd = new();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Comes when all listeners are open.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _systemd.Notify(ServiceState.Ready);
        if (_systemd.IsEnabled)
        {
            heartbeat.Add(this);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        heartbeat.Remove(this);
        _systemd.Notify(ServiceState.Stopping);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void OnHeartbeat(long now) => _systemd.Notify(Alive);
}
