using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry.Trail;

namespace Relay.Trails;

/// <summary>The words for what has become of a message or of one recipient, as far as it is known.</summary>
internal static class MessageStatus
{
    public const string Delivered = "delivered";

    /// <summary>The spool has it and goes on trying, or holds it.</summary>
    public const string Queued = "queued";

    /// <summary>Not taken, and not kept: the client tries again.</summary>
    public const string Deferred = "deferred";

    /// <summary>Refused for good while the client waited.</summary>
    public const string Rejected = "rejected";

    /// <summary>Given up, or refused for good, after the client was answered 250.</summary>
    public const string Failed = "failed";

    public const string Uncertain = "uncertain";

    /// <summary>Not the same for all recipients.</summary>
    public const string Mixed = "mixed";

    public static IReadOnlyList<string> All { get; } = [Delivered, Queued, Deferred, Rejected, Failed, Uncertain, Mixed];

    /// <summary>What an entry says of one of its recipients.</summary>
    public static string Of(TrailEntry entry, int index) =>
        entry.Outcomes[index].Kind switch
        {
            OutcomeKind.Delivered => Delivered,
            OutcomeKind.Uncertain => Uncertain,
            OutcomeKind.Rejected => entry is { IsAnswer: true, Reply.IsPositive: false } ? Rejected : Failed,
            _ when entry.IsStored => Queued,
            _ => entry.IsAnswer ? Deferred : Failed,
        };

    /// <summary>What all entries of a message, the oldest first, say of it in the end.</summary>
    public static string Of(IReadOnlyList<TrailEntry> entries)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            for (var index = 0; index < entry.Recipients.Count; index++)
            {
                words[entry.Recipients[index].Path.Text] = Of(entry, index);
            }
        }

        return Common(words.Values);
    }

    /// <summary>What the rows of a message say of it.</summary>
    public static string Of(IEnumerable<SpooledDelivery> rows) => Common(rows.Select(static row => Of(row.Part.State)));

    public static string Of(SpoolState state) =>
        state switch
        {
            SpoolState.Failed => Failed,
            SpoolState.Uncertain => Uncertain,
            _ => Queued,
        };

    private static string Common(IEnumerable<string> words)
    {
        var different = words.Distinct(StringComparer.Ordinal).Take(2).ToList();
        return different is [var only] ? only : Mixed;
    }
}
