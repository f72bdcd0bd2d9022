using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>A run of a spooled delivery, as it is to be remembered.</summary>
/// <param name="Id">The message.</param>
/// <param name="Envelope">As the message came.</param>
/// <param name="Origin">The session it came by.</param>
/// <param name="Recipients">Those of the run.</param>
/// <param name="Outcomes">What became of each.</param>
/// <param name="Attempts">Those of the run.</param>
/// <param name="NextAt">When those that are left are tried again; null when none are.</param>
/// <param name="IsGivenUp">Some are not tried any more.</param>
internal readonly record struct TrailRun(
    MessageId Id,
    Envelope Envelope,
    MessageOrigin Origin,
    IReadOnlyList<EnvelopeRecipient> Recipients,
    IReadOnlyList<RecipientOutcome> Outcomes,
    IReadOnlyList<AttemptRecord> Attempts,
    DateTimeOffset? NextAt,
    bool IsGivenUp
);
