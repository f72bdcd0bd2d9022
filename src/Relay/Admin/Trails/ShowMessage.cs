using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Messages;
using Relay.Trails;

namespace Relay.Admin.Trails;

/// <summary><c>GET /api/v1/messages/{id}?recipients=&amp;limit=</c>: all that is known of one message; its recipients a page at a time.</summary>
internal static class ShowMessage
{
    /// <param name="id">Relay's id of the message.</param>
    /// <param name="finder">Finds it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="recipients">The <c>nextRecipient</c> of the page before.</param>
    /// <param name="limit">Recipients of the page, 1 to 1000.</param>
    public static async Task<Results<Ok<MessageDetails>, ProblemHttpResult>> HandleAsync(
        string id,
        MessageFinder finder,
        CancellationToken cancellationToken,
        int recipients = 0,
        int limit = PageLimits.Default
    )
    {
        if (!PageLimits.IsLimit(limit, out var why))
        {
            return Problems.BadRequest(why);
        }

        if (recipients < 0)
        {
            return Problems.BadRequest($"recipients: {recipients} is not the place of a recipient.");
        }

        var found = MessageId.TryParse(id, out var message) ? await finder.ShowAsync(message, recipients, limit, cancellationToken) : null;
        return found is null
            ? Problems.NotFound($"Nothing is remembered of a message {id}: it never came, or it is too long ago.")
            : TypedResults.Ok(found);
    }
}
