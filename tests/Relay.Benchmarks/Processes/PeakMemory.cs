namespace Relay.Benchmarks.Processes;

/// <summary>Looks at the memory of a process tree four times a second, until it is disposed.</summary>
internal sealed class PeakMemory : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    private readonly PeriodicTimer _timer = new(Interval, TimeProvider.System);
    private readonly ProcessTree _tree;
    private readonly Task _watching;

    public PeakMemory(ProcessTree tree)
    {
        _tree = tree;
        MiB = tree.ResidentMiB();
        _watching = WatchAsync();
    }

    public double MiB { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _watching;
    }

    private async Task WatchAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            MiB = Math.Max(MiB, _tree.ResidentMiB());
        }
    }
}
