using System.Buffers;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>
/// The choice of one upstream, without waiting: the tier, then those of it that can carry the message, have room and were not tried, then the strategy.
/// </summary>
internal sealed class UpstreamPicker(UpstreamGroup group, ILoadBalancingStrategy strategy)
{
    private volatile ILoadBalancingStrategy _strategy = strategy;

    public ILoadBalancingStrategy Strategy
    {
        get => _strategy;
        set => _strategy = value;
    }

    /// <summary>Picks and reserves; the lease is made by the caller.</summary>
    public (PickStatus Status, UpstreamServer? Server, bool IsTrial) Pick(PickRequest request)
    {
        if (DueTrial(request) is { } due)
        {
            return (PickStatus.Picked, due, true);
        }

        if (request.Only is not null)
        {
            return PickOnly(request);
        }

        var tiers = group.TiersInService;
        for (var first = 0; first < tiers.Length; first++)
        {
            var (status, server) = PickFrom(tiers, first, request);
            if (status != PickStatus.NobodyAvailable)
            {
                return (status, server, false); // a tier that is merely busy is waited for, it does not open the next
            }
        }

        return tiers.Length == 0 && LastResort(request) is { } trial
            ? (PickStatus.Picked, trial, true)
            : (PickStatus.NobodyAvailable, null, false);
    }

    /// <summary>The server that may have the message already, whatever its tier: a duplicate there is the lesser evil.</summary>
    private (PickStatus Status, UpstreamServer? Server, bool IsTrial) PickOnly(PickRequest request)
    {
        foreach (var member in group.Members)
        {
            if (!request.MayUse(member))
            {
                continue;
            }

            if (member.IsInService)
            {
                return HasRoom(member, request) && member.TryReserve()
                    ? (PickStatus.Picked, member, false)
                    : (PickStatus.Busy, null, false);
            }

            // Perhaps nobody else asks it, and it would never be found to work again.
            if (member.Health.IsTrialDue && !member.IsKeptBack && TryTrial(member, beforeDue: false))
            {
                return (PickStatus.Picked, member, true);
            }
        }

        return (PickStatus.NobodyAvailable, null, false);
    }

    /// <summary>What <see cref="Pick"/> would do, trials apart.</summary>
    public PickPreview Preview(PickRequest request)
    {
        var tiers = group.TiersInService;
        var candidates = new UpstreamServer[MostCandidates(tiers)];
        for (var first = 0; first < tiers.Length; first++)
        {
            var (count, isAnyChoice) = Gather(tiers, first, request, candidates);
            if (!isAnyChoice)
            {
                continue;
            }

            var current = _strategy;
            var isTold = count == 1 || (count > 1 && current.IsForeseeable);
            var choice = isTold ? current.Pick(candidates.AsSpan(0, count), request.Message) : null;
            return new PickPreview(tiers[first][0].Tier, candidates[..count], choice);
        }

        return new PickPreview(null, [], null);
    }

    /// <summary>Picks from a tier, and from those behind it that it spills over to.</summary>
    private (PickStatus Status, UpstreamServer? Server) PickFrom(UpstreamServer[][] tiers, int first, PickRequest request)
    {
        var candidates = ArrayPool<UpstreamServer>.Shared.Rent(MostCandidates(tiers));
        try
        {
            while (true)
            {
                var (count, isAnyChoice) = Gather(tiers, first, request, candidates);
                if (count == 0)
                {
                    return (isAnyChoice ? PickStatus.Busy : PickStatus.NobodyAvailable, null);
                }

                var choice = _strategy.Pick(candidates.AsSpan(0, count), request.Message);
                if (choice.TryReserve())
                {
                    return (PickStatus.Picked, choice);
                }

                // Another message took the last slot in between: look again.
            }
        }
        finally
        {
            ArrayPool<UpstreamServer>.Shared.Return(candidates, clearArray: true);
        }
    }

    private (int Count, bool IsAnyChoice) Gather(UpstreamServer[][] tiers, int first, PickRequest request, UpstreamServer[] candidates)
    {
        var (count, isAnyChoice) = AddCandidates(tiers[first], request, candidates, 0);
        for (var tier = first; isAnyChoice && IsSpilling(tiers, tier); tier++)
        {
            (count, _) = AddCandidates(tiers[tier + 1], request, candidates, count);
        }

        return (count, isAnyChoice);
    }

    /// <summary>Not the number of members: a reload may have changed it since the tiers were read.</summary>
    private static int MostCandidates(UpstreamServer[][] tiers)
    {
        var count = 0;
        foreach (var tier in tiers)
        {
            count += tier.Length;
        }

        return count;
    }

    private bool IsSpilling(UpstreamServer[][] tiers, int tier)
    {
        if (group.Options.SpillAt is not { } share || tier + 1 >= tiers.Length)
        {
            return false;
        }

        var (inUse, all) = (0, 0);
        foreach (var member in tiers[tier])
        {
            inUse += member.Load.InFlight;
            all += member.MostInFlight;
        }

        return inUse >= share * all;
    }

    private static (int Count, bool IsAnyChoice) AddCandidates(
        UpstreamServer[] tier,
        PickRequest request,
        UpstreamServer[] candidates,
        int count
    )
    {
        var isAnyChoice = false;
        foreach (var member in tier)
        {
            // The tiers may be those of a moment before a drain.
            if (member.IsKeptBack || !request.MayUse(member))
            {
                continue;
            }

            isAnyChoice = true;
            if (HasRoom(member, request))
            {
                candidates[count++] = member;
            }
        }

        return (count, isAnyChoice);
    }

    private static bool HasRoom(UpstreamServer member, PickRequest request) => request.IsLarge ? member.HasRoomForLarge : member.HasRoom;

    /// <summary>A member whose ejection is over gets one message to show that it works again, if its tier would be used then.</summary>
    private UpstreamServer? DueTrial(PickRequest request)
    {
        var lowestTier = group.TiersInService is [var first, ..] ? first[0].Tier : int.MaxValue;
        foreach (var member in group.Members)
        {
            if (member.Tier > lowestTier)
            {
                break;
            }

            if (member.Health.IsTrialDue && !member.IsKeptBack && request.MayUse(member) && TryTrial(member, beforeDue: false))
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>Nobody is in service: one message at a time tries the one that failed longest ago; everybody else is answered at once.</summary>
    private UpstreamServer? LastResort(PickRequest request)
    {
        UpstreamServer? choice = null;
        foreach (var member in group.Members)
        {
            if (member.Health.IsTrialRunning)
            {
                return null;
            }

            if (IsEligible(member, request) && (choice is null || member.Health.LastFailureAt < choice.Health.LastFailureAt))
            {
                choice = member;
            }
        }

        return choice is not null && TryTrial(choice, beforeDue: true) ? choice : null;
    }

    /// <summary>Neither a login storm nor the word of an operator or of the server itself speaks against trying it ahead of time.</summary>
    private static bool IsEligible(UpstreamServer member, PickRequest request) =>
        !member.Health.IsAvailable
        && !member.Health.IsTrustProblem
        && !member.IsKeptBack
        && !member.Pace.IsPaused
        && request.MayUse(member);

    private static bool TryTrial(UpstreamServer member, bool beforeDue)
    {
        if (!member.Health.TryBeginTrial(beforeDue))
        {
            return false;
        }

        if (member.TryReserve())
        {
            return true;
        }

        member.Health.AbandonTrial();
        return false;
    }
}
