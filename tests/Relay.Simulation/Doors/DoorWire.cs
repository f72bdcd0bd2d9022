using System.IO.Pipelines;
using Relay.Simulation.Engine;

namespace Relay.Simulation.Doors;

/// <summary>
/// Brings bytes over a moment after they were sent. What awaits them in the pump's context goes on there; what does not, as SslStream does not, goes on here,
/// where no context is set, and so stays on the one thread.
/// </summary>
internal sealed class DoorWire(VirtualTime time) : PipeScheduler
{
    private static readonly TimeSpan Way = TimeSpan.FromMicroseconds(100);

    public override void Schedule(Action<object?> action, object? state) => time.After(Way, () => action(state));

    public Pipe CreatePipe() => new(new PipeOptions(readerScheduler: this, writerScheduler: this, useSynchronizationContext: true));
}
