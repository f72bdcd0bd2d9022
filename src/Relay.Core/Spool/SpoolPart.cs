using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>What changes while a spooled delivery waits and is tried: the recipients that are not settled yet, and what is to be done for them.</summary>
internal sealed record SpoolPart
{
    /// <summary>Group that the recipients went to when it was last looked at; empty when the routes have changed since.</summary>
    public required string Group { get; init; }

    /// <summary>An operator has moved it there: the routes do not take it back as long as there is that group.</summary>
    public bool IsGroupChosen { get; init; }

    public required IReadOnlyList<EnvelopeRecipient> Recipients { get; init; }

    public SpoolState State { get; init; }

    /// <summary>When it is tried next.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>That is when an upstream has room within its pace; it is brought forward if room comes earlier.</summary>
    public bool AwaitsRoom { get; init; }

    /// <summary>When it is given up, after a last run.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Runs in which an upstream could be asked.</summary>
    public int Runs { get; init; }

    /// <summary>The server that has, or may have had, its final dot: active, and null, means that no dot can have gone out.</summary>
    public string? Upstream { get; init; }

    /// <summary>When the outcome became uncertain, the last time; kept over later runs, for a bounce must say so.</summary>
    public DateTimeOffset? UncertainSince { get; init; }

    /// <summary>The sender was told that it takes long.</summary>
    public bool IsDelayTold { get; init; }

    /// <summary>As it is given back when no dot can have gone out under the lease: waiting, or still uncertain from before.</summary>
    public SpoolPart Unsent => State == SpoolState.Active ? this with { State = SpoolState.Waiting, Upstream = null } : this;

    /// <summary>The last word about it, for people.</summary>
    public string Reason { get; init; } = "";
}
