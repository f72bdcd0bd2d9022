using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Cluster.View;

/// <summary>
/// One round after the other: tells the other nodes what is new here, reads what is new there, and brings it to the servers. While that cannot be done, each server is left to what this node sees of it
/// itself. Used by one thread.
/// </summary>
internal sealed class ViewRounds(IViewStore store, TopologyManager topology, NodeMeter meter, ViewLog log, TimeProvider time)
{
    /// <summary>Between two readings where nobody tells that there is something to read.</summary>
    private static readonly TimeSpan Net = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenBeats = TimeSpan.FromSeconds(2);

    /// <summary>After so long without a word of the others this node goes by its own sight.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ViewMemory _view = new(time);
    private readonly Dictionary<UpstreamServer, ServerMemory> _servers = [];
    private RelayTopology? _seen;
    private long _goodAt = time.GetTimestamp();
    private bool _isAwayTold;
    private long? _readAt;
    private long? _beatAt;
    private bool _wasDraining;
    private volatile PeerNode? _self;
    private volatile bool _isAway = true;
    private volatile Told _told = new([], 0);

    /// <summary>This node; null before it was known once.</summary>
    public PeerNode? Self => _self;

    /// <summary>Others are neither told nor heard.</summary>
    public bool IsAway => _isAway;

    /// <summary>All that live, as of the last beat; none before the first.</summary>
    public HeardNodes Heard => _told.Until(time);

    /// <param name="isTold">Another node has told something.</param>
    /// <param name="isDraining">The process is to end.</param>
    /// <param name="cancellationToken">Gives the round up.</param>
    /// <returns>Whether the others were reached.</returns>
    public async Task<bool> RunAsync(bool isTold, bool isDraining, CancellationToken cancellationToken)
    {
        LookAtTopology();
        var isReached = await TryExchangeAsync(isTold, isDraining, cancellationToken);
        if (isReached)
        {
            Merge();
        }
        else if (_isAway)
        {
            GoByOwnSight();
        }

        return isReached;
    }

    private async Task<bool> TryExchangeAsync(bool isTold, bool isDraining, CancellationToken cancellationToken)
    {
        try
        {
            var self = store.Self ?? throw new ViewAwayException("this node takes no part at present");
            TakeIdentity(self);
            var hasTold = await TellAsync(self, cancellationToken);
            var isUnknown = (isTold || hasTold || IsDue(_readAt, Net)) && await ReadAsync(cancellationToken);
            if (isUnknown || isDraining != _wasDraining || IsDue(_beatAt, BetweenBeats))
            {
                _view.Nodes = await store.BeatAsync(meter.Measure(isDraining), cancellationToken);
                var now = time.GetTimestamp();
                (_told, _beatAt, _wasDraining) = (new Told(_view.Nodes, now), now, isDraining);
            }

            ComeBack();
            return true;
        }
        catch (ViewAwayException away)
        {
            if (!_isAwayTold && time.GetElapsedTime(_goodAt) >= Patience)
            {
                GoAway(away.Message);
            }

            return false;
        }
    }

    private async Task<bool> TellAsync(PeerNode self, CancellationToken cancellationToken)
    {
        var news = new ViewNews(self, _view, time);
        foreach (var (server, memory) in _servers)
        {
            news.LookAt(server, memory);
        }

        if (news.IsEmpty)
        {
            return false;
        }

        await store.PublishAsync(news.Changes, cancellationToken);
        news.Told();
        return true;
    }

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var isUnknown = _view.Take(await store.ReadAsync(_view.Version, cancellationToken));
        _readAt = time.GetTimestamp();
        return isUnknown;
    }

    private void Merge()
    {
        if (!_view.HasChanged)
        {
            return;
        }

        _view.HasChanged = false;
        var merge = new ViewMerge(_self!, _view, log, time);
        foreach (var group in topology.Current.Groups.Values)
        {
            foreach (var member in group.Members)
            {
                if (_servers.TryGetValue(member, out var memory))
                {
                    merge.Apply(group, member, memory);
                }
            }
        }
    }

    private void GoByOwnSight()
    {
        foreach (var (server, memory) in _servers)
        {
            memory.ForgetHealth();
            memory.ForgetWishes(); // a database that crashed may have lost its last words, and numbers the next ones like them
            server.Health.Turn = TimeSpan.Zero;
            if (server.Health.EjectedBy is { } by && server.Health.LetPeerGo())
            {
                log.LetGo(server, by.Name);
            }
        }
    }

    private void LookAtTopology()
    {
        var current = topology.Current;
        if (ReferenceEquals(current, _seen))
        {
            return;
        }

        (_seen, _view.HasChanged) = (current, true);
        var members = current.Groups.Values.SelectMany(static group => group.Members).ToHashSet();
        foreach (var gone in _servers.Keys.Where(server => !members.Contains(server)).ToList())
        {
            _servers.Remove(gone);
        }

        foreach (var member in members)
        {
            _servers.TryAdd(member, new ServerMemory());
            _servers[member].ForgetWishes();
        }
    }

    private void TakeIdentity(PeerNode self)
    {
        if (_self is not null && _self.Id != self.Id)
        {
            foreach (var memory in _servers.Values)
            {
                memory.ForgetTold();
            }
        }

        _self = self;
    }

    private void GoAway(string reason)
    {
        (_isAway, _isAwayTold) = (true, true);
        _view.BeginAnew();
        (_readAt, _beatAt) = (null, null);
        log.Away(reason);
    }

    private void ComeBack()
    {
        _goodAt = time.GetTimestamp();
        if (_isAway)
        {
            (_isAway, _isAwayTold) = (false, false);
            log.Back(_told.Nodes.Count);
        }
    }

    private bool IsDue(long? last, TimeSpan after) => last is not { } at || time.GetElapsedTime(at) >= after;

    private sealed record Told(IReadOnlyList<ClusterNode> Nodes, long At)
    {
        public HeardNodes Until(TimeProvider time) => new(Nodes, time.GetElapsedTime(At));
    }
}
