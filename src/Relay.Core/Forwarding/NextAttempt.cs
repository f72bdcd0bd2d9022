using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Forwarding;

/// <summary>Where a run stands when it is about to ask a server.</summary>
/// <param name="Server">It is asked for all recipients that are not settled.</param>
/// <param name="Settled">Those that earlier attempts have decided about.</param>
/// <param name="Attempts">The earlier ones.</param>
internal readonly record struct NextAttempt(
    UpstreamServer Server,
    IReadOnlyList<SettledRecipient> Settled,
    IReadOnlyList<AttemptRecord> Attempts
);

/// <summary>A recipient that nobody else is asked for in this run.</summary>
/// <param name="Position">Among those of the run.</param>
/// <param name="Outcome">What became of it.</param>
internal readonly record struct SettledRecipient(int Position, RecipientOutcome Outcome);
