using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relay.Core.Dispatch;
using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Spool;

/// <summary>Takes what is due out of the spool, group by group and as many as each has room for, and runs it.</summary>
/// <remarks>One group that is down holds up no other. Looks once a second, and at once when something may have become due.</remarks>
internal sealed partial class SpoolWorker : IHostedService, IAsyncDisposable
{
    /// <summary>Rows taken at once whose group has to be found out.</summary>
    private const int UnknownAtOnce = 200;

    private const int ExpiredAtOnce = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly IMessageSpool _spool;
    private readonly TopologyManager _topology;
    private readonly SpoolRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger<SpoolWorker> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private SpoolCondition _told = SpoolCondition.Good;

    // The loop goes on where it is woken, up to its next write: a step, and a simulated process has one thread.
    private TaskCompletionSource _wake = new();
    private Task _loop = Task.CompletedTask;
    private volatile bool _isEnding;
    private int _running;
    private int _topologies = 1;
    private int _followed;
    private readonly Dictionary<string, int> _improvements = new(StringComparer.OrdinalIgnoreCase);
    private TaskCompletionSource? _idle;

    public SpoolWorker(IMessageSpool spool, TopologyManager topology, SpoolRunner runner, TimeProvider time, ILogger<SpoolWorker> logger)
    {
        (_spool, _topology, _runner, _time, _logger) = (spool, topology, runner, time, logger);
        Places = new SpoolPlaces(time);
        Stopping = _stopping.Token;
    }

    public SpoolPlaces Places { get; }

    /// <summary>Cancelled when the process ends.</summary>
    public CancellationToken Stopping { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _spool.WorkArrived += Wake;
        _topology.Changed += OnTopologyChanged;
        _loop = LoopAsync();
        return Task.CompletedTask;
    }

    /// <summary>Nothing new is taken; attempts whose final dot is out are waited for.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _spool.WorkArrived -= Wake;
        _topology.Changed -= OnTopologyChanged;
        _isEnding = true;
        Wake();
        await _loop;
        DropUnsent();
        await WaitForRunsAsync(cancellationToken);
    }

    /// <summary>Runs a lease whose message is still in memory; the place was taken before it was stored.</summary>
    /// <param name="lease">Ends with the run.</param>
    /// <param name="body">The bytes; a reference is taken here.</param>
    /// <param name="first">The upstream that its row names already.</param>
    public void RunFresh(SpoolLease lease, MessageBody body, UpstreamLease? first)
    {
        body.AddReference();
        Track(async () =>
        {
            try
            {
                await _runner.RunAsync(lease, body, isFresh: true, Stopping, first);
            }
            finally
            {
                body.Release();
                Places.Return(lease.Delivery.Part.Group, isFresh: true);
            }
        });
    }

    /// <summary>When servers of the group have room within their pace; null when that is so soon that a run may wait for it.</summary>
    public DateTimeOffset? NoRoomBefore(UpstreamGroup group)
    {
        if (group.TiersInService.Length == 0)
        {
            return null;
        }

        var now = _time.GetTimestamp();
        var room = group.RoomBy(now + (long)(SpoolRunner.RoomPatience.TotalSeconds * _time.TimestampFrequency));
        return room is { Messages: 0, NextAt: < long.MaxValue } ? _time.GetUtcNow() + _time.GetElapsedTime(now, room.NextAt) : null;
    }

    /// <summary>Something goes on beside all clients, and the process does not end before it has.</summary>
    public void Track(Func<Task> run)
    {
        Interlocked.Increment(ref _running);
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                await run();
            }
            catch (Exception defect)
            {
                LogDefect(defect);
            }
            finally
            {
                if (Interlocked.Decrement(ref _running) == 0)
                {
                    Volatile.Read(ref _idle)?.TrySetResult();
                }
            }
        }
    }

    /// <summary>Attempts whose final dot is not out end.</summary>
    private void DropUnsent() => _stopping.Cancel();

    /// <summary>Sessions that ended last may have left runs behind: a moment for those too.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(EndPatience, _time);
        await WaitForRunsAsync(patience.Token);
        _stopping.Dispose();
    }

    private async Task LoopAsync()
    {
        var tickAt = 0L;
        while (!_isEnding)
        {
            var wake = new TaskCompletionSource();
            Volatile.Write(ref _wake, wake); // what becomes due while this round looks is not missed
            try
            {
                TellOfCondition();
                var isTick = _time.GetElapsedTime(tickAt) >= Interval;
                tickAt = isTick ? _time.GetTimestamp() : tickAt;
                if (!await ClaimAllAsync(isTick))
                {
                    await Task.WhenAny(wake.Task, Task.Delay(Interval, _time, Stopping));
                }
            }
            catch (SpoolUnavailableException)
            {
                await Task.WhenAny(Task.Delay(Interval, _time, Stopping)); // told above when it begins and ends
            }
            catch (Exception defect) when (defect is not OperationCanceledException)
            {
                LogDefect(defect);
                await Task.WhenAny(Task.Delay(Interval, _time, Stopping));
            }
        }
    }

    /// <summary>One round over all groups; true when there may be more.</summary>
    private async Task<bool> ClaimAllAsync(bool isTick)
    {
        await FollowTopologyAsync();
        var isMore = await ClaimAsync("", Places.Take("", UnknownAtOnce));
        foreach (var group in _topology.Current.Groups.Values)
        {
            await BringForwardAsync(group);
            if (group.TiersInService.Length > 0 && RoomOf(group) is > 0 and var room)
            {
                isMore |= await ClaimAsync(group.Name, Places.TakeBacklog(group, room));
            }
            else if (isTick)
            {
                // One that may be a trial, and those that are to be given up without one.
                await ClaimAsync(group.Name, group.TiersInService.Length > 0 ? 0 : Places.TakeBacklog(group));
                await ClaimAsync(group.Name, Places.Take(group.Name, ExpiredAtOnce), isExpiredOnly: true);
            }
        }

        return isMore;
    }

    /// <summary>After a change of the configuration: what belongs to groups that are no more is routed anew. A spool that is away meanwhile is asked again.</summary>
    private async Task FollowTopologyAsync()
    {
        if (Volatile.Read(ref _topologies) is var latest && latest != _followed)
        {
            await _spool.ForgetGroupsAsync([.. _topology.Current.Groups.Values.Select(static group => group.Name)], Stopping);
            await _spool.BringForwardAsync(null, Stopping); // a limit may be higher now
            _followed = latest;
        }
    }

    /// <summary>
    /// Rows that can begin before the next look, those that wait already counted: what is claimed a little ahead goes out at the very moment at which there is
    /// room, and what is claimed in vain is written twice. The backlog has its share however much fresh mail waits.
    /// </summary>
    private int RoomOf(UpstreamGroup group)
    {
        var soon = _time.GetTimestamp() + (long)(Interval.TotalSeconds * _time.TimestampFrequency);
        var messages = group.RoomBy(soon).Messages;
        if (messages == int.MaxValue)
        {
            return messages;
        }

        var share = (messages + GroupQueue.LesserTurn - 1) / GroupQueue.LesserTurn;
        return Math.Max(messages - group.Waiting, share - group.WaitingBacklog);
    }

    /// <summary>There is more room than was foreseen: a server is back. What waits for room looks again.</summary>
    private async Task BringForwardAsync(UpstreamGroup group)
    {
        var now = group.Improvements;
        if (_improvements.GetValueOrDefault(group.Name, -1) != now)
        {
            await _spool.BringForwardAsync(group.Name, Stopping);
            _improvements[group.Name] = now;
        }
    }

    /// <summary>True when all places were filled.</summary>
    private async Task<bool> ClaimAsync(string group, int places, bool isExpiredOnly = false)
    {
        if (places <= 0)
        {
            return false;
        }

        IReadOnlyList<SpoolLease> leases = [];
        try
        {
            leases = await _spool.ClaimAsync(new SpoolClaim(group, places, _time.GetUtcNow(), isExpiredOnly), Stopping);
        }
        finally
        {
            Places.Return(group, isFresh: false, places - leases.Count);
        }

        foreach (var lease in leases)
        {
            Track(async () =>
            {
                try
                {
                    await _runner.RunAsync(lease, null, isFresh: false, Stopping);
                }
                finally
                {
                    Places.Return(group, isFresh: false);
                    Wake();
                }
            });
        }

        return leases.Count == places;
    }

    /// <summary>A spool that is full or does not work is told once, and so is its end: what it costs is answered to clients, and shown by readiness and a metric.</summary>
    private void TellOfCondition()
    {
        var condition = _spool.Condition;
        if (condition == _told)
        {
            return;
        }

        if (condition.WhyBroken is { } broken && _told.WhyBroken is null)
        {
            LogBroken(broken);
        }
        else if (condition.WhyFull is { } full && _told.WhyFull is null)
        {
            LogFull(full);
        }
        else if (condition == SpoolCondition.Good)
        {
            LogGood();
        }

        _told = condition;
    }

    private async Task WaitForRunsAsync(CancellationToken cancellationToken)
    {
        var idle = new TaskCompletionSource();
        Volatile.Write(ref _idle, idle);
        if (Volatile.Read(ref _running) == 0)
        {
            return;
        }

        await Task.WhenAny(idle.Task, Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken));
        if (Volatile.Read(ref _running) > 0)
        {
            LogLeft(_running);
        }
    }

    private void OnTopologyChanged()
    {
        Interlocked.Increment(ref _topologies);
        Wake();
    }

    private void Wake() => Volatile.Read(ref _wake).TrySetResult();

    [LoggerMessage(EventId = 520, EventName = "WorkerDefect", Level = LogLevel.Error, Message = "The spool's worker met a defect")]
    private partial void LogDefect(Exception defect);

    [LoggerMessage(
        EventId = 522,
        EventName = "SpoolBroken",
        Level = LogLevel.Error,
        Message = "The spool does not work, and nothing is kept meanwhile: {Reason}"
    )]
    private partial void LogBroken(string reason);

    [LoggerMessage(EventId = 523, EventName = "SpoolFull", Level = LogLevel.Warning, Message = "No new mail is taken: {Reason}")]
    private partial void LogFull(string reason);

    [LoggerMessage(EventId = 524, EventName = "SpoolGood", Level = LogLevel.Information, Message = "The spool works, and has room")]
    private partial void LogGood();

    [LoggerMessage(
        EventId = 521,
        EventName = "RunsLeft",
        Level = LogLevel.Warning,
        Message = "{Runs} runs of spooled mail did not end in time; the next start finds them"
    )]
    private partial void LogLeft(int runs);
}
