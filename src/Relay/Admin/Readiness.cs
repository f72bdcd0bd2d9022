using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Spool;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary>Whether mail that came now could be accepted safely, so that a balancer in front sends it elsewhere if not.</summary>
internal sealed class Readiness(TopologyManager topology, BodyStorage storage, SessionRegistry sessions, IMessageSpool spool)
{
    /// <summary>Why not; null while ready.</summary>
    public string? WhyNot
    {
        get
        {
            if (sessions.IsDraining)
            {
                return "the process is stopping";
            }

            return storage.HasRoomForMore ? WhyNothingCanBeKept() : "the disk of the temporary folder is nearly full";
        }
    }

    /// <summary>With a spool mail is safe even when every upstream is down; without one somebody has to take it now.</summary>
    private string? WhyNothingCanBeKept()
    {
        var (accept, condition) = (topology.Current.Options.Delivery.Accept, spool.Condition);
        return accept switch
        {
            AcceptMode.Proxy => WhyNobodyIsUsable(),
            _ when condition.WhyFull is { } why => why,
            AcceptMode.Queue => condition.WhyBroken is { } why ? $"the spool does not work: {why}" : null,
            _ when condition.IsWritable => null,
            _ => WhyNobodyIsUsable(),
        };
    }

    /// <summary>What is not delivered stays with the client, so that without a usable upstream nothing can be accepted.</summary>
    private string? WhyNobodyIsUsable()
    {
        var groups = topology.Current.Groups;
        if (groups.TryGetValue("default", out var group))
        {
            return IsUsable(group) ? WhyNoQuota([group]) : $"no upstream of the group {group.Name} is in service";
        }

        return groups.Values.Any(IsUsable) ? WhyNoQuota(groups.Values) : "no upstream is in service";
    }

    private static bool IsUsable(UpstreamGroup group) => group.TiersInService.Length > 0;

    /// <summary>A rate that nobody can write down is not used any more: to exceed it after a crash would be worse.</summary>
    private static string? WhyNoQuota(IEnumerable<UpstreamGroup> groups)
    {
        var members = groups.SelectMany(static group => group.TiersInService.SelectMany(static tier => tier)).ToList();
        return members.TrueForAll(static member => member.Pace.Account.Trouble is not null) ? members[0].Pace.Account.Trouble : null;
    }
}
