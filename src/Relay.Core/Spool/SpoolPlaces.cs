using Relay.Core.Upstreams;

namespace Relay.Core.Spool;

/// <summary>
/// How many deliveries from the spool may run at once, by group: so many that the upstreams never wait for the disk, so few that memory stays bounded and a
/// server that comes back is not run over.
/// </summary>
/// <remarks>Mail that was just stored and mail that has waited have places of their own, so that neither shuts the other out.</remarks>
internal sealed class SpoolPlaces(TimeProvider time)
{
    /// <summary>Runs for each connection of an upstream: one at the upstream, one at the disk.</summary>
    private const int PerConnection = 2;

    private const int MostPerGroup = 2000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Group, bool IsFresh), int> _taken = [];

    /// <summary>All that are taken now.</summary>
    public int Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken.Values.Sum();
            }
        }
    }

    /// <summary>Takes one place; false when the group has none left.</summary>
    public bool TryTake(UpstreamGroup group, bool isFresh) => Take(group.Name, Allowance(group), isFresh, 1) == 1;

    /// <summary>Takes as many places for the backlog of a group as it has; returns how many.</summary>
    /// <param name="group">The group.</param>
    /// <param name="most">Not more than that: what is given back for want of room is claimed in vain.</param>
    public int TakeBacklog(UpstreamGroup group, int most = MostPerGroup) =>
        Take(group.Name, Allowance(group), isFresh: false, Math.Max(0, most));

    /// <summary>Up to so many for a name: rows whose group is not known yet, or that are only to be given up.</summary>
    public int Take(string group, int allowance) => Take(group, allowance, isFresh: false, allowance);

    public void Return(string group, bool isFresh, int count = 1)
    {
        lock (_lock)
        {
            _taken[(group, isFresh)] -= count;
        }
    }

    /// <summary>Led back with the weight of its servers: a backlog of thousands must not fall upon one that has just returned. One place while nobody is in service, for a trial.</summary>
    private int Allowance(UpstreamGroup group)
    {
        var (connections, now) = (0.0, time.GetTimestamp());
        foreach (var member in group.Members)
        {
            if (member.IsInService)
            {
                connections += member.MostInFlight * member.Health.SlowStartFactor(now);
            }
        }

        return Math.Clamp((int)Math.Ceiling(connections * PerConnection), 1, MostPerGroup);
    }

    private int Take(string group, int allowance, bool isFresh, int wanted)
    {
        lock (_lock)
        {
            var taken = _taken.GetValueOrDefault((group, isFresh));
            var count = Math.Clamp(allowance - taken, 0, wanted);
            _taken[(group, isFresh)] = taken + count;
            return count;
        }
    }
}
