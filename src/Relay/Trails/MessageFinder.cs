using Relay.Admin.Queue;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry.Trail;

namespace Relay.Trails;

/// <summary>Finds recent messages and tells all that is known of one: from memory what was answered lately, from the spool what waits or has failed.</summary>
internal sealed class MessageFinder(MessageTrail trail, IMessageSpool spool, TimeProvider time)
{
    /// <summary>Rows of the spool that one search looks at.</summary>
    private const int MostRows = 1000;

    private readonly AttemptList _attempts = new(time);

    /// <summary>A page of what a search finds, the newest first.</summary>
    /// <param name="search">What is wanted.</param>
    /// <param name="after">Only what came before this one; null begins with the newest.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<MessagePage> FindAsync(MessageSearch search, MessageId? after, int limit, CancellationToken cancellationToken)
    {
        var remembered = trail.Entries().ToLookup(static entry => entry.Id);
        var (rows, note) = await RowsAsync(search, cancellationToken);
        var found = remembered
            .Where(message => message.Any(search.Matches))
            .Select(static message => message.Key)
            .Concat(rows.Select(static row => row.Key))
            .Distinct()
            .Where(id => after is null || id < after)
            .OrderDescending()
            .Select(id => remembered.Contains(id) ? MessageSummary.Of([.. remembered[id]]) : MessageSummary.Of([.. rows[id]]))
            .Where(message => search.Status is null || string.Equals(message.Status, search.Status, StringComparison.OrdinalIgnoreCase))
            .Take(limit + 1)
            .ToList();
        return new MessagePage(
            found.Count > limit ? found[..limit] : found,
            found.Count > limit ? found[limit - 1].Id : null,
            note ?? (trail.IsOn ? null : "Relay:Trail:Messages is 0: only what the queue holds is found")
        );
    }

    /// <summary>All that is known of one message; null when nothing is.</summary>
    /// <param name="id">The message.</param>
    /// <param name="recipient">Place of the first recipient that is wanted.</param>
    /// <param name="limit">Recipients at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<MessageDetails?> ShowAsync(MessageId id, int recipient, int limit, CancellationToken cancellationToken)
    {
        var entries = trail.Of(id);
        var rows = await spool.ListAsync(new QueueFilter { Message = id }, MostRows, cancellationToken);
        if (entries.Count == 0 && rows.Count == 0)
        {
            return null;
        }

        var history = await spool.HistoryAsync(id, cancellationToken);
        var envelope = entries.Count > 0 ? entries[0].Envelope : rows[0].Message.Envelope;
        var recipients = RecipientList.Of(envelope, entries, rows);
        var summary = entries.Count > 0 ? MessageSummary.Of(entries) : MessageSummary.Of(rows);
        return new MessageDetails(
            rows.Count == 0 ? summary : summary with { NextAt = NextOf(rows) },
            entries.Select(static entry => entry.Reply?.ToString()).FirstOrDefault(static reply => reply is not null),
            [.. recipients.Skip(recipient).Take(limit)],
            recipients.Count > recipient + limit ? recipient + limit : null,
            _attempts.Of(entries, history),
            [.. rows.Select(QueueItem.Of)]
        );
    }

    private static DateTimeOffset? NextOf(IReadOnlyList<SpooledDelivery> rows) =>
        rows.Where(static row => row.Part.State is not (SpoolState.Failed or SpoolState.Held))
            .Min(static row => (DateTimeOffset?)row.Part.DueAt);

    private async Task<(ILookup<MessageId, SpooledDelivery> Rows, string? Note)> RowsAsync(
        MessageSearch search,
        CancellationToken cancellationToken
    )
    {
        if (!search.IsForSpool)
        {
            return (Enumerable.Empty<SpooledDelivery>().ToLookup(static row => row.Message.Id), null);
        }

        var filter = new QueueFilter
        {
            Message = search.Id,
            Sender = search.Sender,
            Recipient = search.Recipient,
        };
        try
        {
            var rows = await spool.ListAsync(filter, MostRows, cancellationToken);
            var note =
                rows.Count < MostRows ? null : $"of the queue only the oldest {MostRows} rows were looked at; ask /api/v1/queue for more";
            return (rows.Where(row => search.Matches(row.Message)).ToLookup(static row => row.Message.Id), note);
        }
        catch (SpoolUnavailableException failure)
        {
            var nothing = Enumerable.Empty<SpooledDelivery>().ToLookup(static row => row.Message.Id);
            return (nothing, $"the queue cannot be read: {failure.Message}");
        }
    }
}
