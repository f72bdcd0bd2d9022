using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Messages;
using Relay.Trails;

namespace Relay.Admin.Trails;

/// <summary><c>GET /api/v1/messages</c>: recent messages that match all conditions, the newest first, a page at a time.</summary>
internal static class ListMessages
{
    public static async Task<Results<Ok<MessagePage>, ProblemHttpResult>> HandleAsync(
        [AsParameters] Query query,
        MessageFinder finder,
        CancellationToken cancellationToken
    )
    {
        if (
            !PageLimits.TryReadId(query.After, out var after, out var why)
            || !PageLimits.IsLimit(query.Limit ?? PageLimits.Default, out why)
        )
        {
            return Problems.BadRequest(why);
        }

        return query.TryRead(out var search, out why)
            ? TypedResults.Ok(await finder.FindAsync(search, after, query.Limit ?? PageLimits.Default, cancellationToken))
            : Problems.BadRequest(why);
    }

    /// <summary>The conditions. Properties, since the generator of request delegates knows no constructor whose parameters may be null.</summary>
    internal sealed record Query
    {
        /// <summary>Relay's id of the message.</summary>
        public string? Id { get; init; }

        /// <summary>Part of the sender's address.</summary>
        public string? Sender { get; init; }

        /// <summary>Part of a recipient's address.</summary>
        public string? Recipient { get; init; }

        /// <summary>Part of the field Message-ID.</summary>
        public string? MessageId { get; init; }

        /// <summary>The whole id that a server gave the message.</summary>
        public string? QueueId { get; init; }

        /// <summary>Name of a server that was asked.</summary>
        public string? Upstream { get; init; }

        /// <summary>delivered, queued, deferred, rejected, failed, uncertain or mixed.</summary>
        public string? Status { get; init; }

        /// <summary>Any of the ids and addresses.</summary>
        public string? Search { get; init; }

        /// <summary>The <c>next</c> of the page before.</summary>
        public string? After { get; init; }

        /// <summary>Items of the page, 1 to 1000.</summary>
        public int? Limit { get; init; }

        public bool TryRead(out MessageSearch search, out string why)
        {
            (search, why) = (new MessageSearch(), "");
            MessageId? id = null;
            if (!string.IsNullOrEmpty(Id))
            {
                if (!Core.Messages.MessageId.TryParse(Id, out var parsed))
                {
                    why = $"id: \"{Id}\" is not the id of a message.";
                    return false;
                }

                id = parsed;
            }

            if (!string.IsNullOrEmpty(Status) && !MessageStatus.All.Contains(Status, StringComparer.OrdinalIgnoreCase))
            {
                why = $"status: \"{Status}\" is none of {string.Join(", ", MessageStatus.All)}.";
                return false;
            }

            search = new MessageSearch
            {
                Id = id,
                Sender = NullIfEmpty(Sender),
                Recipient = NullIfEmpty(Recipient),
                MessageIdField = NullIfEmpty(MessageId),
                QueueId = NullIfEmpty(QueueId),
                Upstream = NullIfEmpty(Upstream),
                Status = NullIfEmpty(Status),
                Text = NullIfEmpty(Search),
            };
            return true;
        }

        private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
