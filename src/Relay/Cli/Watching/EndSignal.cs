using System.Runtime.InteropServices;

namespace Relay.Cli.Watching;

/// <summary>Ctrl+C, or a polite request to end, for a command that goes on until then: to end is what it is meant to do, and no failure.</summary>
internal sealed class EndSignal : IDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly List<PosixSignalRegistration> _registrations = [];

    public EndSignal(CancellationToken cancellationToken)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, End));
        }
    }

    public CancellationToken Token => _end.Token;

    public void Dispose()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _end.Dispose();
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        _end.Cancel();
    }
}
