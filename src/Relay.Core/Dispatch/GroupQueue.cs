using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Timing;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>
/// Where the messages of a group wait while everybody is busy: in order of arrival, and whoever gets room, anywhere in the tier, serves
/// the first that it may serve. Large messages, which hold a place for long, wait in a row of their own, so that a few hundred of them do not keep everybody
/// else waiting; so does the backlog. As long as nobody waits there is no lock.
/// </summary>
/// <remarks>Listens to the heartbeat only while somebody waits, so that the queue of a group that a reload removed is simply forgotten. Bounded by the number of client sessions, each of which waits with one message at the most, and by the places of the spool.</remarks>
internal sealed class GroupQueue : IHeartbeatListener
{
    /// <summary>The backlog gets at least every fifth place, and so do large messages of what is left.</summary>
    public const int LesserTurn = 5;

    /// <summary>A day's quota may be a day away; timers need not reach so far, for one that has fired is set again.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromHours(1);

    private readonly LinkedList<Waiter> _fresh = [];
    private readonly LinkedList<Waiter> _large = [];
    private readonly LinkedList<Waiter> _backlog = [];
    private readonly Lock _lock = new();
    private readonly Heartbeat _heartbeat;
    private readonly TimeProvider _time;
    private readonly UpstreamPicker _picker;
    private int _waiting;
    private int _turn = 1;
    private int _largeTurn = 1;
    private ITimer? _paceTimer;

    public GroupQueue(UpstreamGroup group, ILoadBalancingStrategy strategy, Heartbeat heartbeat, TimeProvider time)
    {
        Group = group;
        _heartbeat = heartbeat;
        _time = time;
        _picker = new UpstreamPicker(group, strategy);
        group.ServiceChanged += OnRoom;
        group.RoomCame += OnRoom;
    }

    public UpstreamGroup Group { get; }

    /// <summary>How the group chooses. Kept over reloads, with what it remembers, as long as the configuration names the same.</summary>
    public ILoadBalancingStrategy Strategy
    {
        get => _picker.Strategy;
        set => _picker.Strategy = value;
    }

    /// <summary>Messages that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>What a pick would come to now.</summary>
    public PickPreview Preview(PickRequest request) => _picker.Preview(request);

    /// <summary>Picks an upstream and reserves a slot, waiting for one if need be.</summary>
    /// <param name="request">The message to be placed.</param>
    /// <param name="deadline">Timestamp at which waiting ends; looked at once a second.</param>
    /// <param name="cancellationToken">Ends the wait with <see cref="PickStatus.GaveUpWaiting"/>; nothing is thrown.</param>
    public ValueTask<PickResult> PickAsync(PickRequest request, long deadline, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _waiting) == 0)
        {
            var result = TryPick(request);
            if (result.Status != PickStatus.Busy)
            {
                return ValueTask.FromResult(result);
            }
        }

        return WaitAsync(new Waiter(request, deadline), cancellationToken);
    }

    /// <summary>Picks and reserves if that takes no waiting; null otherwise.</summary>
    public UpstreamLease? TryPickNow(PickRequest request) => Volatile.Read(ref _waiting) == 0 ? TryPick(request).Lease : null;

    /// <summary>A slot or a server became free: the waiting messages look again, in their order.</summary>
    public void OnRoom()
    {
        if (Volatile.Read(ref _waiting) == 0)
        {
            return;
        }

        lock (_lock)
        {
            ServeUnderLock();
        }
    }

    /// <summary>Ends waits whose time is up, and looks for room that came by the mere passing of time: a pause over, a trial due.</summary>
    public void OnHeartbeat(long now)
    {
        if (Volatile.Read(ref _waiting) == 0)
        {
            return;
        }

        lock (_lock)
        {
            EndWaitsUnderLock(_fresh, now);
            EndWaitsUnderLock(_large, now);
            EndWaitsUnderLock(_backlog, now);
            ServeUnderLock();
        }
    }

    private void EndWaitsUnderLock(LinkedList<Waiter> waiters, long now)
    {
        for (var node = waiters.First; node is not null; )
        {
            var next = node.Next;
            if (now >= node.Value.Deadline)
            {
                CompleteUnderLock(node, GaveUp(node.Value.Request, now));
            }

            node = next;
        }
    }

    private PickResult TryPick(PickRequest request)
    {
        var picked = _picker.Pick(request);
        if (picked.Server is null)
        {
            return new PickResult(picked.Status);
        }

        if (request.IsLarge)
        {
            picked.Server.Load.BeginLarge();
        }

        return new PickResult(picked.Status, new UpstreamLease(picked.Server, this, picked.IsTrial, request.IsLarge, picked.Hold));
    }

    private async ValueTask<PickResult> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested || _time.GetTimestamp() >= waiter.Deadline)
        {
            return new PickResult(PickStatus.GaveUpWaiting);
        }

        LinkedListNode<Waiter> node;
        lock (_lock)
        {
            node = RowOf(waiter.Request).AddLast(waiter);
            if (Interlocked.Increment(ref _waiting) == 1)
            {
                _heartbeat.Add(this);
            }

            TellOfWaitingUnderLock();
            ServeUnderLock(); // room may have come between the first look and the lock
        }

        await using (cancellationToken.UnsafeRegister(_ => GiveUp(node), null))
        {
            return await waiter.Result;
        }
    }

    private LinkedList<Waiter> RowOf(PickRequest request) =>
        request.IsBacklog ? _backlog
        : request.IsLarge ? _large
        : _fresh;

    private void GiveUp(LinkedListNode<Waiter> node)
    {
        lock (_lock)
        {
            CompleteUnderLock(node, new PickResult(PickStatus.GaveUpWaiting));
        }
    }

    /// <summary>Fresh mail goes first; of every five that are served while both wait, one comes from the backlog.</summary>
    private void ServeUnderLock()
    {
        bool isServed;
        do
        {
            var doBothWait = _fresh.Count + _large.Count > 0 && _backlog.Count > 0;
            isServed =
                _turn % LesserTurn == 0
                    ? ServeOneUnderLock(_backlog) || ServeFreshUnderLock()
                    : ServeFreshUnderLock() || ServeOneUnderLock(_backlog);
            _turn += isServed && doBothWait ? 1 : 0;
        } while (isServed);

        WaitForPaceUnderLock();
    }

    /// <summary>Of fresh mail, small messages go first; of every five that are served while both wait, one is large.</summary>
    private bool ServeFreshUnderLock()
    {
        var doBothWait = _fresh.Count > 0 && _large.Count > 0;
        var isServed =
            _largeTurn % LesserTurn == 0
                ? ServeOneUnderLock(_large) || ServeOneUnderLock(_fresh)
                : ServeOneUnderLock(_fresh) || ServeOneUnderLock(_large);
        _largeTurn += isServed && doBothWait ? 1 : 0;
        return isServed;
    }

    /// <summary>
    /// Whoever cannot have room before its time is up is told at once. For the others a timer is set to the moment at which somebody is within pace again: looking
    /// once a second would waste most of a rate per second.
    /// </summary>
    private void WaitForPaceUnderLock()
    {
        var now = _time.GetTimestamp();
        var next = Math.Min(NextRoomUnderLock(_fresh, now), Math.Min(NextRoomUnderLock(_large, now), NextRoomUnderLock(_backlog, now)));
        if (next == long.MaxValue)
        {
            _paceTimer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(_time.GetElapsedTime(now, next).TotalMilliseconds));
        wait = wait < LongestTimer ? wait : LongestTimer;
        _paceTimer ??= _time.CreateTimer(
            static queue => ((GroupQueue)queue!).OnRoom(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _paceTimer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private long NextRoomUnderLock(LinkedList<Waiter> waiters, long now)
    {
        var soonest = long.MaxValue;
        for (var node = waiters.First; node is not null; )
        {
            var (waiter, following) = (node.Value, node.Next);
            var (first, next) = _picker.RoomAt(waiter.Request, now);
            if (first > waiter.Deadline)
            {
                CompleteUnderLock(node, PickSome(waiter.Request) ?? new PickResult(PickStatus.OutOfPace, RoomAt: first));
            }
            else
            {
                soonest = Math.Min(soonest, next);
                if (waiter.Request.MayGoAnywhere && !Group.IsBySender)
                {
                    break; // those behind it have room after it
                }
            }

            node = following;
        }

        return soonest;
    }

    /// <summary>There is not going to be room for all recipients in time: some may go now.</summary>
    private PickResult? PickSome(PickRequest request)
    {
        if (!_picker.TrySplit(request))
        {
            return null;
        }

        var result = TryPick(request);
        request.AtMost = int.MaxValue;
        return result.Lease is null ? null : result;
    }

    private PickResult GaveUp(PickRequest request, long now) =>
        new(PickStatus.GaveUpWaiting, RoomAt: _picker.RoomAt(request, now).First is var at && at > now ? at : null);

    private bool ServeOneUnderLock(LinkedList<Waiter> waiters)
    {
        for (var node = waiters.First; node is not null; node = node.Next)
        {
            var result = TryPick(node.Value.Request);
            if (result.Status != PickStatus.Busy)
            {
                CompleteUnderLock(node, result);
                return true;
            }

            if (node.Value.Request.MayGoAnywhere && !Group.IsBySender && (!node.Value.Request.IsLarge || waiters == _large))
            {
                return false; // it may go anywhere and finds no room: nor will those behind it
            }
        }

        return false;
    }

    private void CompleteUnderLock(LinkedListNode<Waiter> node, PickResult result)
    {
        if (node.List is not { } list)
        {
            return; // served in the same moment
        }

        list.Remove(node);
        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            _heartbeat.Remove(this);
        }

        TellOfWaitingUnderLock();
        node.Value.Complete(result);
    }

    private void TellOfWaitingUnderLock() => (Group.Waiting, Group.WaitingBacklog) = (_waiting, _backlog.Count);

    private sealed class Waiter(PickRequest request, long deadline)
    {
        private readonly TaskCompletionSource<PickResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PickRequest Request => request;

        public long Deadline => deadline;

        public Task<PickResult> Result => _completion.Task;

        public void Complete(PickResult result) => _completion.SetResult(result);
    }
}
