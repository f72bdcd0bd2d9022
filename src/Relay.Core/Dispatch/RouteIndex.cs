using System.Collections.Frozen;
using Relay.Core.Messages;

namespace Relay.Core.Dispatch;

/// <summary>
/// Finds the first route that matches without asking them all: those that name a domain are looked up by it, so that a thousand customers' domains cost a message no
/// more than three. What it finds is what a walk through the list would.
/// </summary>
internal sealed class RouteIndex
{
    private readonly IReadOnlyList<Route> _routes;
    private readonly FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _byRecipientDomain;
    private readonly FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _bySenderDomain;
    private readonly int[] _others;

    public RouteIndex(IReadOnlyList<Route> routes)
    {
        _routes = routes;
        var all = Enumerable.Range(0, routes.Count).ToArray();
        _byRecipientDomain = Lookup(all.Where(index => routes[index].RecipientDomain is not null), index => routes[index].RecipientDomain!);
        _bySenderDomain = Lookup(all.Where(index => IsFoundBySender(routes[index])), index => routes[index].SenderDomain!);
        _others = [.. all.Where(index => routes[index] is { RecipientDomain: null, SenderDomain: null })];
    }

    /// <summary>The place of the first route that matches; -1 when none does.</summary>
    public int Find(MessageOrigin origin, MailPath sender, MailPath recipient)
    {
        _byRecipientDomain.TryGetValue(recipient.Domain, out var byRecipient);
        _bySenderDomain.TryGetValue(sender.Domain, out var bySender);
        var first = FirstMatch(_others, int.MaxValue, origin, sender, recipient);
        first = FirstMatch(byRecipient, first, origin, sender, recipient);
        first = FirstMatch(bySender, first, origin, sender, recipient);
        return first == int.MaxValue ? -1 : first;
    }

    /// <summary>The first that matches and stands before <paramref name="bound"/>; otherwise the bound.</summary>
    private int FirstMatch(int[]? candidates, int bound, MessageOrigin origin, MailPath sender, MailPath recipient)
    {
        foreach (var index in candidates ?? [])
        {
            if (index >= bound)
            {
                break;
            }

            if (_routes[index].Matches(origin, sender, recipient))
            {
                return index;
            }
        }

        return bound;
    }

    /// <summary>A route that names both domains is found by the recipient's.</summary>
    private static bool IsFoundBySender(Route route) => route is { RecipientDomain: null, SenderDomain: not null };

    private static FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> Lookup(
        IEnumerable<int> indexes,
        Func<int, string> domain
    ) =>
        indexes
            .GroupBy(domain, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
}
