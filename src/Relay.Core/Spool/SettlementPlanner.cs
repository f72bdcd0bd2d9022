using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>
/// What becomes of the recipients of a part after a run: who is done, who waits and how long, who has failed. Pure: clock and chance come in.
/// </summary>
/// <param name="options">The configuration of now.</param>
/// <param name="random">Spreads retries.</param>
internal sealed class SettlementPlanner(RelayOptions options, Random random)
{
    /// <summary>Nobody could be asked: no run was used up, and it is looked at again soon.</summary>
    private static readonly TimeSpan UnavailablePause = TimeSpan.FromSeconds(10);

    /// <summary>How long an uncertain delivery waits for the server that may have it, beyond its delay.</summary>
    private static readonly TimeSpan UncertainPatience = TimeSpan.FromHours(1);

    /// <summary>Until such a server is asked again where it could not be reached; not longer than it was waited for at first.</summary>
    private static readonly TimeSpan UncertainPause = TimeSpan.FromMinutes(1);

    /// <param name="part">As it was before the run.</param>
    /// <param name="outcomes">In the order of its recipients.</param>
    /// <param name="attempts">Those of the run.</param>
    /// <param name="wasTried">An upstream was asked.</param>
    /// <param name="now">When the run ended.</param>
    public RunPlan Plan(
        SpoolPart part,
        IReadOnlyList<RecipientOutcome> outcomes,
        IReadOnlyList<AttemptRecord> attempts,
        bool wasTried,
        DateTimeOffset now
    )
    {
        var of = outcomes
            .Select((outcome, index) => (Recipient: part.Recipients[index], Outcome: outcome))
            .ToLookup(static entry => entry.Outcome.Kind);
        var runs = part.Runs + (wasTried ? 1 : 0);
        var failed = of[OutcomeKind.Rejected].Select(static entry => new Verdict(entry.Recipient, entry.Outcome, false)).ToList();
        List<SpoolPart> remaining = [];
        List<Verdict> waiting = [];
        if (of[OutcomeKind.Deferred].ToList() is { Count: > 0 } deferred)
        {
            if (now >= part.ExpiresAt)
            {
                failed.AddRange(deferred.Select(entry => new Verdict(entry.Recipient, entry.Outcome, part.UncertainSince is not null)));
            }
            else
            {
                waiting.AddRange(deferred.Select(entry => new Verdict(entry.Recipient, entry.Outcome, part.UncertainSince is not null)));
                // Those that nobody was asked about, for want of room, have used up no run, and their time is known.
                var byPace = deferred.ToLookup(static entry => entry.Outcome is { RoomAt: not null, Upstream: null });
                if (byPace[false].ToList() is { Count: > 0 } put)
                {
                    remaining.Add(PutOff(part with { Runs = runs }, put, attempts, wasTried, now));
                }

                if (byPace[true].ToList() is { Count: > 0 } paced)
                {
                    remaining.Add(AwaitingRoom(part, paced, now));
                }
            }
        }

        foreach (var there in of[OutcomeKind.Uncertain].GroupBy(static entry => entry.Outcome.Upstream, StringComparer.Ordinal))
        {
            var uncertain = part with { Recipients = [.. there.Select(static entry => entry.Recipient)], Runs = runs };
            if (Uncertain(uncertain, there.Key, now) is { } left)
            {
                remaining.Add(left);
                waiting.AddRange(there.Select(static entry => new Verdict(entry.Recipient, entry.Outcome, true)));
            }
        }

        return new RunPlan(
            remaining,
            waiting,
            failed,
            [.. of[OutcomeKind.Delivered].Select(static entry => new Verdict(entry.Recipient, entry.Outcome, false))]
        );
    }

    /// <summary>Whether an uncertain delivery still waits for the server that may have it.</summary>
    public bool WaitsForItsUpstream(SpoolPart part, DateTimeOffset now) =>
        part is { State: SpoolState.Uncertain, UncertainSince: { } since }
        && now < since + options.Delivery.UncertainDelay + UncertainPatience;

    /// <summary>A part whose final dot went out to this server without an answer; null when it is assumed to be delivered.</summary>
    public SpoolPart? Uncertain(SpoolPart part, string? upstream, DateTimeOffset now)
    {
        var uncertain = part with
        {
            Upstream = upstream,
            UncertainSince = now,
            Reason = $"{upstream} did not answer the final dot",
            AwaitsRoom = false, // room that comes earlier must not make it go earlier: the server may have it
        };
        return options.Delivery.Uncertain switch
        {
            UncertainHandling.AssumeDelivered => null,
            UncertainHandling.Hold => uncertain with { State = SpoolState.Held },
            _ => uncertain with { State = SpoolState.Uncertain, DueAt = now + options.Delivery.UncertainDelay },
        };
    }

    private SpoolPart PutOff(
        SpoolPart part,
        List<(EnvelopeRecipient Recipient, RecipientOutcome Outcome)> deferred,
        IReadOnlyList<AttemptRecord> attempts,
        bool wasTried,
        DateTimeOffset now
    )
    {
        var reason = deferred.Select(static entry => Describe(entry.Outcome)).FirstOrDefault(static text => text.Length > 0);
        var waiting = Waiting(
            part with
            {
                Recipients = deferred.ConvertAll(static entry => entry.Recipient),
                Reason = reason ?? LastWord(attempts) ?? part.Reason,
                AwaitsRoom = false,
            },
            wasTried,
            now
        );
        // Another server, which was not asked for want of room, may have some before this one is to be asked again.
        var roomAt = deferred.Min(static entry => entry.Outcome.RoomAt);
        return roomAt < waiting.DueAt ? waiting with { DueAt = roomAt.Value } : waiting;
    }

    private static SpoolPart AwaitingRoom(
        SpoolPart part,
        List<(EnvelopeRecipient Recipient, RecipientOutcome Outcome)> deferred,
        DateTimeOffset now
    )
    {
        var roomAt = deferred.Min(static entry => entry.Outcome.RoomAt) ?? now;
        return part.Unsent with
        {
            Recipients = deferred.ConvertAll(static entry => entry.Recipient),
            Reason = "no upstream that could take it has room within its pace",
            DueAt = roomAt > part.ExpiresAt ? part.ExpiresAt : roomAt,
            AwaitsRoom = true,
        };
    }

    private SpoolPart Waiting(SpoolPart part, bool wasTried, DateTimeOffset now)
    {
        // It may have the message: whatever it said or did not say this time, another is worse.
        if (WaitsForItsUpstream(part, now))
        {
            var delay = options.Delivery.UncertainDelay;
            return part with { DueAt = now + (delay < UncertainPause ? delay : UncertainPause) };
        }

        var pause = wasTried
            ? RetrySchedule.PauseAfter(options.Retry, part.Runs, random)
            : RetrySchedule.Jittered(UnavailablePause, random);
        var due = now + pause;
        return part with
        {
            State = SpoolState.Waiting,
            Upstream = null,
            // A last run at the end of its life, not after it.
            DueAt = due > part.ExpiresAt ? part.ExpiresAt : due,
        };
    }

    /// <summary>Where no reply decided: why nobody could be reached.</summary>
    private static string? LastWord(IReadOnlyList<AttemptRecord> attempts) =>
        attempts.Count == 0 ? null : $"{attempts[^1].Upstream}: {attempts[^1].Summary}";

    private static string Describe(RecipientOutcome outcome) =>
        outcome.Reply is null ? ""
        : outcome.Upstream is null ? $"{outcome.Reply}"
        : $"{outcome.Upstream}: {outcome.Reply}";

    /// <summary>What is known of one recipient at the end.</summary>
    internal sealed record Verdict(EnvelopeRecipient Recipient, RecipientOutcome Outcome, bool IsUnconfirmed);
}

/// <summary>What a run came to.</summary>
/// <param name="Remaining">Still to be delivered.</param>
/// <param name="Waiting">What was last said of those recipients.</param>
/// <param name="Failed">For good.</param>
/// <param name="Delivered">Done.</param>
internal sealed record RunPlan(
    IReadOnlyList<SpoolPart> Remaining,
    IReadOnlyList<SettlementPlanner.Verdict> Waiting,
    IReadOnlyList<SettlementPlanner.Verdict> Failed,
    IReadOnlyList<SettlementPlanner.Verdict> Delivered
);
