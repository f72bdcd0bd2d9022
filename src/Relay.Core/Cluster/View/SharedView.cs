using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Cluster.View;

/// <summary>
/// Keeps the servers of this node and those of the others in one state, for as long as the process runs: several rounds a second, and one at once when somebody has something to tell. Nothing of it is on the
/// path of a message.
/// </summary>
internal sealed class SharedView : IHostedLifecycleService, IDisposable
{
    /// <summary>Between two looks at the servers of this node.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(30);

    /// <summary>A start waits so long for what the others know: what is drained must get no mail of this node either.</summary>
    private static readonly TimeSpan PatienceOfStart = TimeSpan.FromSeconds(3);

    private readonly IViewStore _store;
    private readonly TopologyManager _topology;
    private readonly ViewRounds _rounds;
    private readonly ViewLog _log;
    private readonly TimeProvider _time;
    private readonly Channel<bool> _told = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;
    private Task<bool>? _waiting;
    private volatile bool _isDraining;
    private int _isDisposed;

    public SharedView(IViewStore store, TopologyManager topology, NodeMeter meter, ViewLog log, TimeProvider time)
    {
        (_store, _topology, _log, _time) = (store, topology, log, time);
        _rounds = new ViewRounds(store, topology, meter, log, time);
        store.Told += Wake;
        topology.Changed += Wake;
    }

    /// <summary>This node; null before it was known once.</summary>
    public PeerNode? Self => _rounds.Self;

    /// <summary>Others are neither told nor heard: what is done here is done here only, until they are.</summary>
    public bool IsAway => _rounds.IsAway;

    /// <summary>All that live, this one among them, as of a moment ago; while the others are not heard, as of the last time.</summary>
    public HeardNodes Heard => _rounds.Heard;

    /// <summary>There is something to tell or to hear.</summary>
    public void Wake() => _told.Writer.TryWrite(true);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(LoopAsync, CancellationToken.None);
        await Task.WhenAny(_first.Task, Task.Delay(PatienceOfStart, _time, cancellationToken));
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        Wake();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask; // the last mail may teach something still

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        await _loop;
    }

    /// <summary>May come twice: it is a service and a hosted one.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _store.Told -= Wake;
        _topology.Changed -= Wake;
        _ending.Cancel();
        _ending.Dispose();
    }

    private async Task LoopAsync()
    {
        var ending = _ending.Token;
        var isTold = true;
        while (!ending.IsCancellationRequested)
        {
            await RoundAsync(isTold, ending);
            isTold = await WaitAsync(ending);
        }
    }

    private async Task RoundAsync(bool isTold, CancellationToken ending)
    {
        try
        {
            if (await _rounds.RunAsync(isTold, _isDraining, ending))
            {
                _first.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return;
        }
        catch (Exception defect)
        {
            _log.Defect(defect); // the next round is another one
        }
    }

    /// <summary>Until somebody has something to tell, or it is time to look.</summary>
    private async Task<bool> WaitAsync(CancellationToken ending)
    {
        _waiting ??= _told.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        await Task.WhenAny(_waiting, Task.Delay(Pause, _time, ending));
        if (!_waiting.IsCompleted)
        {
            return false;
        }

        _waiting = null;
        await Task.WhenAny(Task.Delay(Gathering, _time, ending)); // nodes that see the same say so at the same time
        _told.Reader.TryRead(out _);
        return true;
    }
}
