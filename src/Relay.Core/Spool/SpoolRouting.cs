using Relay.Core.Dispatch;
using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>Where queued mail goes by the routes of now, and how long it is tried.</summary>
internal static class SpoolRouting
{
    /// <summary>The listener of messages that Relay writes itself; no name of a listener looks like it.</summary>
    public const string OwnListener = "(relay)";

    /// <summary>Name of the group of one recipient; null when no route takes it.</summary>
    public static string? GroupOf(RoutingTable table, SpooledMessage message, EnvelopeRecipient recipient)
    {
        var isOwn = string.Equals(message.Origin.Listener, OwnListener, StringComparison.Ordinal);
        return isOwn && table.Topology.Options.Bounces.Group is { } group
            ? group
            : table.Match(message.Origin, message.Envelope.Sender, recipient.Path)?.Group.Name;
    }

    /// <summary>Age at which this recipient is given up.</summary>
    public static TimeSpan GiveUpAfter(RoutingTable table, MessageOrigin origin, MailPath sender, EnvelopeRecipient recipient)
    {
        var route = table.IndexOf(origin, sender, recipient.Path);
        var ofRoute = route >= 0 ? table.Routes[route].Options.GiveUpAfter : null;
        return ofRoute ?? table.Topology.Options.Retry.GiveUpAfter;
    }

    /// <summary>The part by the routes of now: one for each group, and one that is held when no route takes some of it.</summary>
    public static IReadOnlyList<SpoolPart> Split(RoutingTable table, SpooledMessage message, SpoolPart part, DateTimeOffset now)
    {
        part = part.Unsent with { IsGroupChosen = false };
        var groups = part.Recipients.ToLookup(recipient => GroupOf(table, message, recipient), StringComparer.OrdinalIgnoreCase);
        return
        [
            .. groups.Select(group =>
                group.Key is null
                    ? part with
                    {
                        Group = "",
                        Recipients = [.. group],
                        State = SpoolState.Held,
                        Reason = "no route takes it any more",
                    }
                    : part with
                    {
                        Group = group.Key,
                        Recipients = [.. group],
                        DueAt = now,
                    }
            ),
        ];
    }
}
