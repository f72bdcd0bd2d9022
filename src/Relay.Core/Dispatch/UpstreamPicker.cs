using System.Buffers;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Pace;

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
    public Picked Pick(PickRequest request)
    {
        if (DueTrial(request) is { Server: not null } due)
        {
            return due;
        }

        if (request.Only is not null)
        {
            return PickOnly(request);
        }

        var tiers = group.TiersInService;
        for (var first = 0; first < tiers.Length; first++)
        {
            var picked = PickFrom(tiers, first, request);
            if (picked.Status != PickStatus.NobodyAvailable)
            {
                return picked; // a tier that is merely busy is waited for, it does not open the next
            }
        }

        return tiers.Length == 0 ? LastResort(request) : Picked.Nobody;
    }

    /// <summary>The server that may have the message already, whatever its tier: a duplicate there is the lesser evil.</summary>
    private Picked PickOnly(PickRequest request)
    {
        foreach (var member in group.Members)
        {
            if (!request.MayUse(member))
            {
                continue;
            }

            if (member.IsInService)
            {
                return TryReserve(member, request, isTrial: false) ?? Picked.Busy;
            }

            // Perhaps nobody else asks it, and it would never be found to work again.
            if (member.Health.IsTrialDue && !member.IsKeptBack && TryTrial(member, request, beforeDue: false) is { } trial)
            {
                return trial;
            }
        }

        return Picked.Nobody;
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

    /// <summary>
    /// There is room for some recipients of the message, not for all: lets it look for so many. False when it may not be split, or there is room for none.
    /// </summary>
    public bool TrySplit(PickRequest request)
    {
        if (request.IsWhole || request.Recipients == 1)
        {
            return false;
        }

        var most = 0;
        foreach (var member in group.TiersInService.SelectMany(static tier => tier))
        {
            most = request.MayUse(member) ? Math.Max(most, member.Pace.RecipientsNow(request.RecipientsFor(member))) : most;
        }

        request.AtMost = most == 0 ? int.MaxValue : most;
        return most > 0;
    }

    /// <summary>When pace lets a message go that finds everybody busy.</summary>
    /// <returns>
    /// <c>First</c>: no room before; in the past when somebody lacks nothing but a slot, or nobody can be told. <c>Next</c>: the first moment after <paramref name="now"/> at which
    /// somebody is within pace again, <see cref="long.MaxValue"/> for none.
    /// </returns>
    public (long First, long Next) RoomAt(PickRequest request, long now)
    {
        var (first, next, isAnyChoice) = (long.MaxValue, long.MaxValue, false);
        foreach (var tier in group.TiersInService)
        {
            foreach (var member in tier)
            {
                if (member.IsKeptBack || !request.MayUse(member))
                {
                    continue;
                }

                isAnyChoice = true;
                var at = member.RoomAt(request.RecipientsFor(member));
                first = Math.Min(first, at);
                next = at > now ? Math.Min(next, at) : next;
            }

            if (isAnyChoice && group.Options.SpillAt is null && request.Only is null)
            {
                break; // the tier that is waited for
            }
        }

        return (isAnyChoice ? first : now, next);
    }

    /// <summary>Picks from a tier, and from those behind it that it spills over to.</summary>
    private Picked PickFrom(UpstreamServer[][] tiers, int first, PickRequest request)
    {
        var candidates = ArrayPool<UpstreamServer>.Shared.Rent(MostCandidates(tiers));
        try
        {
            while (true)
            {
                var (count, isAnyChoice) = Gather(tiers, first, request, candidates);
                if (count == 0)
                {
                    return isAnyChoice ? Picked.Busy : Picked.Nobody;
                }

                var choice = _strategy.Pick(candidates.AsSpan(0, count), request.Message);
                if (TryReserve(choice, request, isTrial: false) is { } picked)
                {
                    return picked;
                }

                // Another message took the last slot, or what was left of the pace, in between: look again.
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
        for (var tier = first; isAnyChoice && IsSpilling(tiers, tier, request); tier++)
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

    private bool IsSpilling(UpstreamServer[][] tiers, int tier, PickRequest request)
    {
        if (group.Options.SpillAt is not { } share || tier + 1 >= tiers.Length)
        {
            return false;
        }

        var (inUse, all) = (0.0, 0);
        foreach (var member in tiers[tier])
        {
            var most = member.MostInFlight;
            inUse += (request.HasRoomAt(member) ? member.ShareInUse : 1) * most;
            all += most;
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
            if (request.HasRoomAt(member))
            {
                candidates[count++] = member;
            }
        }

        return (count, isAnyChoice);
    }

    /// <summary>A member whose ejection is over gets one message to show that it works again, if its tier would be used then.</summary>
    private Picked? DueTrial(PickRequest request)
    {
        var lowestTier = group.TiersInService is [var first, ..] ? first[0].Tier : int.MaxValue;
        foreach (var member in group.Members)
        {
            if (member.Tier > lowestTier)
            {
                break;
            }

            if (
                member.Health.IsTrialDue
                && !member.IsKeptBack
                && request.MayUse(member)
                && TryTrial(member, request, beforeDue: false) is { } trial
            )
            {
                return trial;
            }
        }

        return null;
    }

    /// <summary>Nobody is in service: one message at a time tries the one that failed longest ago; everybody else is answered at once.</summary>
    private Picked LastResort(PickRequest request)
    {
        UpstreamServer? choice = null;
        foreach (var member in group.Members)
        {
            if (member.Health.IsTrialRunning)
            {
                return Picked.Nobody;
            }

            if (IsEligible(member, request) && (choice is null || member.Health.LastFailureAt < choice.Health.LastFailureAt))
            {
                choice = member;
            }
        }

        return choice is null ? Picked.Nobody : TryTrial(choice, request, beforeDue: true) ?? Picked.Nobody;
    }

    /// <summary>Neither a login storm nor the word of an operator or of the server itself speaks against trying it ahead of time.</summary>
    private static bool IsEligible(UpstreamServer member, PickRequest request) =>
        !member.Health.IsAvailable
        && !member.Health.IsTrustProblem
        && !member.IsKeptBack
        && request.MayUse(member)
        && request.HasRoomAt(member);

    private static Picked? TryTrial(UpstreamServer member, PickRequest request, bool beforeDue)
    {
        if (!member.Health.TryBeginTrial(beforeDue))
        {
            return null;
        }

        if (TryReserve(member, request, isTrial: true) is { } trial)
        {
            return trial;
        }

        member.Health.AbandonTrial();
        return null;
    }

    private static Picked? TryReserve(UpstreamServer member, PickRequest request, bool isTrial) =>
        member.TryReserve(request.RecipientsFor(member), out var hold) ? new Picked(PickStatus.Picked, member, isTrial, hold) : null;

    /// <summary>What a pick came to; with a server, its slot and its share of the pace are taken.</summary>
    internal readonly record struct Picked(PickStatus Status, UpstreamServer? Server, bool IsTrial, PaceHold? Hold)
    {
        public static readonly Picked Busy = new(PickStatus.Busy, null, false, null);

        public static readonly Picked Nobody = new(PickStatus.NobodyAvailable, null, false, null);
    }
}
