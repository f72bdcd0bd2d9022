namespace Relay.Simulation.Engine;

/// <summary>
/// Runs a world on one thread: continuations are taken in an order that the seed decides, and time passes only when nothing can run.
/// </summary>
/// <remarks>
/// Relay's own code captures this context at each await and comes back through <see cref="Post"/>. MailKit does not (ConfigureAwait(false)); it goes on
/// where its stream completes, so streams and timers complete with no context set, which keeps it on this thread too. Whatever arrives from another
/// thread is counted: a world that is not alone on its thread cannot be replayed, and fails.
/// </remarks>
internal sealed class Pump(VirtualTime time, Random random) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly Lock _lock = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private int _foreign;

    /// <summary>Calls from other threads; must remain 0.</summary>
    public int Foreign => Volatile.Read(ref _foreign);

    /// <summary>Where the first of them came from.</summary>
    public string? FirstForeign { get; private set; }

    /// <summary>Called wherever Relay touches the world.</summary>
    public void Touch()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Interlocked.Increment(ref _foreign);
            FirstForeign ??= Environment.StackTrace;
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        Touch();
        lock (_lock)
        {
            _ready.Add((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody waits here.");

    /// <summary>Starts something that awaits in this context.</summary>
    public void Start(Func<Task> action, Action<Exception> failed) => Post(_ => _ = RunAsync(action, failed), null);

    /// <summary>Runs until <paramref name="isOver"/> or the end of patience; false when that comes first.</summary>
    public bool Run(Func<bool> isOver, TimeSpan until)
    {
        var before = Current;
        try
        {
            while (!isOver())
            {
                if (!RunReady() && !Pass(until))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private bool RunReady()
    {
        (SendOrPostCallback Callback, object? State) next;
        lock (_lock)
        {
            if (_ready.Count == 0)
            {
                return false;
            }

            var index = random.Next(_ready.Count);
            next = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
        }

        SetSynchronizationContext(this);
        next.Callback(next.State);
        return true;
    }

    private bool Pass(TimeSpan until)
    {
        SetSynchronizationContext(null);
        return time.Now < until && time.Step();
    }

    private static async Task RunAsync(Func<Task> action, Action<Exception> failed)
    {
        try
        {
            await action();
        }
        catch (Exception exception)
        {
            failed(exception);
        }
    }
}
