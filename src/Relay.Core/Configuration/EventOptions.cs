namespace Relay.Core.Configuration;

/// <summary>From when on something is an event that webhooks tell of.</summary>
public sealed record EventOptions
{
    /// <summary>Messages that wait in the spool from which the queue counts as growing; 0 for never. Default: 100.</summary>
    public int QueueMessages { get; init; } = 100;

    /// <summary>Age of the oldest message in the spool from which it does as well; 0 for never. Default: 15 min.</summary>
    public TimeSpan QueueAge { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Events of one kind about one thing within this time are told as one, with a count. Default: 30 s.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromSeconds(30);
}
