using System.Runtime.CompilerServices;

namespace Relay.Core.Forwarding;

/// <summary>
/// An attempt under way, and the right to give it up. Until it is detached the client's leaving gives it up, unless its final dot is out; detached, it
/// goes on whatever the client does.
/// </summary>
internal sealed class RunningAttempt : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _clientGone;
    private readonly DeliveryAttempt _attempt;

    // Whoever waits goes on where the end is told: no hop to another thread, and a simulated process has but one.
    private readonly TaskCompletionSource<AttemptEnd> _end = new();
    private AttemptResult? _result;
    private ITimer? _timer;

    /// <param name="attempt">Is run from here on.</param>
    /// <param name="group">Name of the group that it runs for.</param>
    /// <param name="upstream">Name of the server that it runs at.</param>
    /// <param name="recipients">Indexes into the envelope's recipients.</param>
    /// <param name="deadline">Timestamp until which it is waited for; null for as long as it takes.</param>
    /// <param name="clientGone">The client's leaving.</param>
    public RunningAttempt(
        DeliveryAttempt attempt,
        string group,
        string upstream,
        IReadOnlyList<int> recipients,
        long? deadline,
        CancellationToken clientGone
    )
    {
        _attempt = attempt;
        (Group, Upstream) = (group, upstream);
        Recipients = recipients;
        Deadline = deadline;
        _clientGone = clientGone.UnsafeRegister(static cancellation => ((CancellationTokenSource)cancellation!).Cancel(), _cancellation);
        Completion = RunAsync();
    }

    /// <summary>Name of the group that it runs for.</summary>
    public string Group { get; }

    /// <summary>Name of the server that it runs at.</summary>
    public string Upstream { get; }

    /// <summary>Indexes into the envelope's recipients.</summary>
    public IReadOnlyList<int> Recipients { get; }

    /// <summary>Timestamp until which it is waited for; null for as long as it takes.</summary>
    public long? Deadline { get; }

    /// <summary>Its result, as soon as there is one; never faults for what a server or a network does.</summary>
    public Task<AttemptResult> Completion { get; }

    /// <summary>Its result after <see cref="AttemptEnd.Completed"/>, where <see cref="Completion"/> is about to complete; null when it fails.</summary>
    public AttemptResult? Result => _result;

    /// <summary>Whether its final dot may be out: then it cannot be given up any more.</summary>
    public bool MayBeDelivered => _attempt.MayBeDelivered;

    /// <summary>Waits until it has come to its end, or until <paramref name="watch"/> ends the waiting.</summary>
    public ValueTask<AttemptEnd> WaitAsync(AttemptWatch watch) =>
        _end.Task.IsCompleted ? ValueTask.FromResult(AttemptEnd.Completed) : WatchedAsync(watch);

    /// <summary>Nobody waits any more. What was said first counts.</summary>
    public void EndWait(AttemptEnd end) => _end.TrySetResult(end);

    /// <summary>Ends the waiting at <see cref="Deadline"/>; once is enough.</summary>
    public void StartTimer(TimeProvider time)
    {
        if (Volatile.Read(ref _timer) is not null || _end.Task.IsCompleted)
        {
            return;
        }

        var remaining = time.GetElapsedTime(time.GetTimestamp(), Deadline!.Value);
        var timer = time.CreateTimer(
            static attempt => ((RunningAttempt)attempt!).EndWait(AttemptEnd.OutOfTime),
            this,
            remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan
        );
        if (Interlocked.CompareExchange(ref _timer, timer, null) is not null || _end.Task.IsCompleted)
        {
            timer.Dispose();
        }
    }

    /// <summary>Gives it up, unless its final dot is out.</summary>
    public void GiveUp() => _cancellation.Cancel();

    /// <summary>From now on the client's leaving means nothing to it.</summary>
    public void Detach() => _clientGone.Dispose();

    /// <summary>Call when <see cref="Completion"/> is complete.</summary>
    public void Dispose()
    {
        _clientGone.Dispose();
        _cancellation.Dispose();
    }

    private async Task<AttemptResult> RunAsync()
    {
        try
        {
            return _result = await _attempt.RunAsync(_cancellation.Token);
        }
        finally
        {
            EndWait(AttemptEnd.Completed); // also after a defect: nobody may wait for ever
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptEnd> WatchedAsync(AttemptWatch watch)
    {
        var node = new LinkedListNode<RunningAttempt>(this);
        watch.Add(node);
        try
        {
            return await _end.Task;
        }
        finally
        {
            watch.Remove(node);
            _timer?.Dispose();
        }
    }
}
