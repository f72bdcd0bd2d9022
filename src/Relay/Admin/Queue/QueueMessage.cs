using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Messages;
using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary>Finds the rows of one message by what a request calls it.</summary>
internal static class QueueMessage
{
    /// <summary>In the order of their numbers; none when there is no such message, or no such id.</summary>
    public static async ValueTask<IReadOnlyList<SpooledDelivery>> RowsAsync(
        this IMessageSpool spool,
        string id,
        CancellationToken cancellationToken
    ) =>
        MessageId.TryParse(id, out var message)
            ? await spool.ListAsync(new QueueFilter { Message = message }, QueueLimits.Most, cancellationToken)
            : [];

    public static ProblemHttpResult NotFound(string id) => Problems.NotFound($"No message in the queue has the id {id}.");
}
