namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// What this node may use of a window that several nodes share. Whoever keeps the shares sets it; the window obeys it, and says where it fell short. Guarded by the lock of the
/// <see cref="PaceAccount"/>.
/// </summary>
internal sealed class WindowShare
{
    /// <summary>Held and used within the window together must not be more.</summary>
    public long Allowance { get; set; }

    /// <summary>Timestamp from which on the allowance may be somebody else's.</summary>
    public long ValidUntil { get; set; } = long.MinValue;

    /// <summary>Below so much that is left more is asked for, before anybody waits for it.</summary>
    public long LowMark { get; set; }

    /// <summary>The most that was asked for at once and was not there, since it was looked at last; 0 when all had room.</summary>
    public long Lacked { get; set; }

    /// <summary>Taken since the start; what was given back is taken off.</summary>
    public long Taken { get; set; }

    /// <summary>The other nodes need theirs, and nothing is left over: more comes with time only.</summary>
    public bool IsExhausted { get; set; }

    /// <summary>Timestamp of the next room for all nodes, while <see cref="IsExhausted"/>; 0 where it is not known.</summary>
    public long NextAt { get; set; }

    /// <summary>Of <see cref="Whole"/>, used by all nodes and no longer part of any allowance.</summary>
    public long UsedElsewhere { get; set; }

    /// <summary>What the use is measured by: this node's fair part of the limit, or all of it.</summary>
    public long Whole { get; set; } = 1;

    public long AllowanceAt(long now) => now < ValidUntil ? Allowance : 0;
}
