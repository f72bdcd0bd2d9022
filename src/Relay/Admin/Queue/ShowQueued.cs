using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary><c>GET /api/v1/queue/{id}</c>: one message, where its recipients stand, and what was tried.</summary>
internal static class ShowQueued
{
    public static async Task<Results<Ok<Details>, ProblemHttpResult>> HandleAsync(
        string id,
        IMessageSpool spool,
        CancellationToken cancellationToken
    )
    {
        var rows = await spool.RowsAsync(id, cancellationToken);
        if (rows.Count == 0)
        {
            return QueueMessage.NotFound(id);
        }

        var message = rows[0].Message.Id;
        var attempts = await spool.HistoryAsync(message, cancellationToken);
        return TypedResults.Ok(new Details(message.ToString(), [.. rows.Select(QueueItem.Of)], [.. attempts.Select(Attempt.Of)]));
    }

    /// <param name="Id">The message.</param>
    /// <param name="Rows">One for each group that it still goes to, and records of what failed.</param>
    /// <param name="Attempts">The oldest first.</param>
    internal sealed record Details(string Id, IReadOnlyList<QueueItem> Rows, IReadOnlyList<Attempt> Attempts);

    /// <param name="At">When it was written down.</param>
    /// <param name="Upstream">Who was asked.</param>
    /// <param name="Summary">What came of it.</param>
    /// <param name="Milliseconds">How long it took.</param>
    internal sealed record Attempt(DateTimeOffset At, string Upstream, string Summary, long Milliseconds)
    {
        public static Attempt Of(AttemptEntry entry) =>
            new(entry.At, entry.Attempt.Upstream, entry.Attempt.Summary, (long)entry.Attempt.Duration.TotalMilliseconds);
    }
}
