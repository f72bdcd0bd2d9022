using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry.Trail;

namespace Relay.Trails;

/// <summary>Puts together the attempts that the memory knows, with their dialogues, and those of the spool's history, which knows more of the past and less of each.</summary>
internal sealed class AttemptList(TimeProvider time)
{
    /// <summary>RCPT commands that are told of each transaction.</summary>
    private const int ToldRecipients = 20;

    /// <param name="entries">What is remembered of one message.</param>
    /// <param name="history">What the spool has written down of it.</param>
    public IReadOnlyList<AttemptItem> Of(IReadOnlyList<TrailEntry> entries, IReadOnlyList<AttemptEntry> history)
    {
        List<(TrailEntry Entry, AttemptRecord Attempt)> remembered =
        [
            .. entries.SelectMany(static entry => entry.Attempts.Select(attempt => (entry, attempt))),
        ];
        var known = remembered.Select(static pair => KeyOf(pair.Attempt)).ToHashSet();
        return
        [
            .. remembered
                .Select(pair => ItemOf(pair.Entry, pair.Attempt))
                .Concat(history.Where(entry => !known.Contains(KeyOf(entry.Attempt))).Select(ItemOf))
                .OrderBy(static item => item.At),
        ];
    }

    private AttemptItem ItemOf(TrailEntry entry, AttemptRecord attempt) =>
        new(
            attempt.Began == 0 ? entry.At - attempt.Duration : time.GetUtcNow() - time.GetElapsedTime(attempt.Began),
            attempt.Group,
            attempt.Upstream,
            attempt.Summary,
            Math.Round(attempt.Duration.TotalMilliseconds, 1),
            attempt.Exchange is { Dot: { IsPositive: true } dot } ? UpstreamQueueId.Of(dot.Text) : null,
            Dialogue.Of(entry.Envelope.Sender, attempt, ToldRecipients)
        );

    private static AttemptItem ItemOf(AttemptEntry entry) =>
        new(
            entry.At - entry.Attempt.Duration,
            "",
            entry.Attempt.Upstream,
            entry.Attempt.Summary,
            Math.Round(entry.Attempt.Duration.TotalMilliseconds, 1),
            null,
            []
        );

    /// <summary>The spool keeps whole milliseconds.</summary>
    private static (string Upstream, string Summary, long Milliseconds) KeyOf(AttemptRecord attempt) =>
        (attempt.Upstream, attempt.Summary, (long)attempt.Duration.TotalMilliseconds);
}
