using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry.Trail;

namespace Relay.Trails;

/// <summary>Where each recipient of a message stands: what was remembered last, and what the spool holds now, which has the last word.</summary>
internal static class RecipientList
{
    /// <param name="envelope">As the message came.</param>
    /// <param name="entries">What is remembered, the oldest first.</param>
    /// <param name="rows">What the spool holds.</param>
    public static IReadOnlyList<RecipientItem> Of(Envelope envelope, IReadOnlyList<TrailEntry> entries, IReadOnlyList<SpooledDelivery> rows)
    {
        var items = new Dictionary<string, RecipientItem>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            for (var index = 0; index < entry.Recipients.Count; index++)
            {
                var item = ItemOf(entry, index);
                items[item.Address] = item;
            }
        }

        foreach (var row in rows)
        {
            foreach (var recipient in row.Part.Recipients)
            {
                var address = recipient.Path.Text;
                items[address] = ItemOf(row, address, items.GetValueOrDefault(address));
            }
        }

        // What is neither remembered nor in the spool was settled before the memory begins, and left no trace.
        return
        [
            .. envelope
                .Recipients.Select(static recipient => recipient.Path.Text)
                .Distinct(StringComparer.Ordinal)
                .Where(items.ContainsKey)
                .Select(address => items[address]),
        ];
    }

    private static RecipientItem ItemOf(TrailEntry entry, int index)
    {
        var outcome = entry.Outcomes[index];
        return new RecipientItem(
            entry.Recipients[index].Path.Text,
            MessageStatus.Of(entry, index),
            outcome.Reply?.ToString(),
            outcome.Upstream,
            entry.At,
            entry.NextAt
        );
    }

    private static RecipientItem ItemOf(SpooledDelivery row, string address, RecipientItem? before) =>
        new(
            address,
            MessageStatus.Of(row.Part.State),
            row.Part.Reason is { Length: > 0 } reason ? reason : before?.Reply,
            row.Part.Upstream ?? before?.Upstream,
            before?.At ?? row.Message.ReceivedAt,
            row.Part.State is SpoolState.Failed or SpoolState.Held ? null : row.Part.DueAt
        );
}
