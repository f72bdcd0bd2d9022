using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Capture;
using Relay.Core.Messages;

namespace Relay.Admin;

/// <summary><c>GET /api/v1/captured/{id}</c>: one captured mail with its header fields.</summary>
internal static class ShowCaptured
{
    public static async Task<Results<Ok<Details>, ProblemHttpResult>> HandleAsync(
        string id,
        CaptureMailboxes mailboxes,
        CancellationToken cancellationToken
    )
    {
        if (!MessageId.TryParse(id, out var messageId) || !mailboxes.TryOpen(messageId, out var lease))
        {
            return Problems.NotFound($"No captured message has the id {id}.");
        }

        using (lease)
        {
            var fields = await CaptureHeaders.ReadAsync(lease.Body, cancellationToken);
            var headers = fields.Select(field => new HeaderField(field.Key, field.Value)).ToList();
            return TypedResults.Ok(new Details(CapturedItem.Of(lease.Message), headers));
        }
    }

    internal sealed record Details(CapturedItem Message, IReadOnlyList<HeaderField> Headers);

    /// <param name="Name">As written.</param>
    /// <param name="Value">Unfolded and decoded.</param>
    internal sealed record HeaderField(string Name, string Value);
}
