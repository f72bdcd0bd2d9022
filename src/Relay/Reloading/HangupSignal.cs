using System.Runtime.InteropServices;

namespace Relay.Reloading;

/// <summary>Reloads at SIGHUP, as daemons do. It would end the process otherwise.</summary>
internal sealed class HangupSignal(ConfigurationReloader reloader) : IHostedService, IDisposable
{
    private PosixSignalRegistration? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            signal =>
            {
                signal.Cancel = true;
                reloader.Reload("SIGHUP");
            }
        );
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration?.Dispose();
}
