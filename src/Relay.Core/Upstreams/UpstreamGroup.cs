using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Upstreams;

/// <summary>
/// Upstreams that do the same job, in tiers: long-lived, so that messages which wait for the group see at once what a reload changed. Who is in
/// service is worked out when it changes and read by every message as one immutable array of tiers.
/// </summary>
internal sealed class UpstreamGroup
{
    private readonly Lock _lock = new();
    private volatile Composition _composition;
    private volatile UpstreamServer[][] _tiersInService = [];
    private int _improvements;

    /// <param name="name">Its name in the configuration.</param>
    /// <param name="options">What the configuration says of it.</param>
    /// <param name="members">In any order.</param>
    public UpstreamGroup(string name, GroupOptions options, IEnumerable<UpstreamServer> members)
    {
        Name = name;
        _composition = new Composition(options, [], []);
        Apply(options, members);
    }

    public string Name { get; }

    public GroupOptions Options => _composition.Options;

    /// <summary>All members, by tier, then by name.</summary>
    public IReadOnlyList<UpstreamServer> Members => _composition.Members;

    /// <summary>Whether some member takes mail of certain senders only: a message that finds no room says nothing of those behind it then.</summary>
    public bool IsBySender => _composition.Senders.Any(static filter => filter.IsRestricted);

    /// <summary>
    /// The members in service by tier, the first tier first, empty tiers left out; each tier in the order of names. The first tier is the one in use.
    /// </summary>
    public UpstreamServer[][] TiersInService => _tiersInService;

    /// <summary>Recipients that every member takes in one transaction, as far as is known.</summary>
    public int RecipientLimit
    {
        get
        {
            var limit = int.MaxValue;
            foreach (var member in Members)
            {
                limit = Math.Min(limit, member.RecipientLimit);
            }

            return limit;
        }
    }

    /// <summary>Messages that wait for room now, as its queue says.</summary>
    public int Waiting { get; set; }

    /// <summary>Those of them that come from the spool.</summary>
    public int WaitingBacklog { get; set; }

    /// <summary>Counts how often there was more room than could be foreseen: a member came into service.</summary>
    public int Improvements => Volatile.Read(ref _improvements);

    /// <summary>No configured member takes mail of this sender, whatever a lookup may find.</summary>
    public bool ExcludesSender(MailPath sender)
    {
        foreach (var filter in _composition.Senders)
        {
            if (filter.Takes(sender))
            {
                return false;
            }
        }

        return _composition.Senders.Length > 0;
    }

    /// <summary>Raised after each change of <see cref="TiersInService"/>: messages that wait may have a choice now.</summary>
    public event Action? ServiceChanged;

    /// <summary>A member is within pace again by something else than the passing of time.</summary>
    public event Action? RoomCame;

    /// <summary>Takes over a changed configuration. The options of the members have been changed before.</summary>
    public void Apply(GroupOptions options, IEnumerable<UpstreamServer> members)
    {
        lock (_lock)
        {
            var before = _composition.Members;
            UpstreamServer[] after = [.. members.OrderBy(member => member.Tier).ThenBy(member => member.Name, StringComparer.Ordinal)];
            foreach (var gone in before.Except(after))
            {
                gone.Health.Changed -= Refresh;
                gone.Pace.Account.RoomCame -= OnRoomCame;
            }

            foreach (var added in after.Except(before))
            {
                added.Health.Changed += Refresh;
                added.Pace.Account.RoomCame += OnRoomCame;
            }

            SenderFilter[] senders = [.. options.Upstreams.Values.Select(upstream => SenderFilter.Of(upstream.SenderPatterns))];
            _composition = new Composition(options, after, senders);
        }

        Refresh();
    }

    /// <summary>Works out anew who is in service.</summary>
    public void Refresh()
    {
        lock (_lock)
        {
            var before = _tiersInService;
            _tiersInService =
            [
                .. _composition.Members.Where(member => member.IsInService).GroupBy(member => member.Tier).Select(tier => tier.ToArray()),
            ];
            if (_tiersInService.SelectMany(static tier => tier).Except(before.SelectMany(static tier => tier)).Any())
            {
                Interlocked.Increment(ref _improvements);
            }
        }

        ServiceChanged?.Invoke();
    }

    /// <summary>Messages that those in service could begin until then, as far as their pace is concerned: those of the tier in use, and of all tiers where it spills over.</summary>
    /// <param name="when">A timestamp, not before now.</param>
    public GroupRoom RoomBy(long when)
    {
        var (messages, nextAt) = (0, long.MaxValue);
        foreach (var tier in _tiersInService)
        {
            for (var place = 0; place < tier.Length; place++)
            {
                var pace = tier[place].Pace;
                var most = pace.MessagesBy(when);
                if (most == int.MaxValue)
                {
                    return GroupRoom.Unlimited;
                }

                nextAt = Math.Min(nextAt, pace.RoomAt(1));
                var isCounted = Array.FindIndex(tier, other => other.Pace.Account == pace.Account) < place; // they share it
                messages += isCounted ? 0 : Math.Min(most, int.MaxValue - messages);
            }

            if (Options.SpillAt is null)
            {
                break;
            }
        }

        return new GroupRoom(messages, nextAt);
    }

    private void OnRoomCame() => RoomCame?.Invoke();

    /// <param name="Options">What the configuration says of the group.</param>
    /// <param name="Members">In order.</param>
    /// <param name="Senders">Whose mail the configured upstreams take, those too of which a lookup has found no server.</param>
    private sealed record Composition(GroupOptions Options, UpstreamServer[] Members, SenderFilter[] Senders);
}
