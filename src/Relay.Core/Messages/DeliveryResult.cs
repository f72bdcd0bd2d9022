namespace Relay.Core.Messages;

/// <summary>The outcomes of all recipients of a message, in the order of its envelope, and the attempts that led to them.</summary>
public sealed record DeliveryResult(IReadOnlyList<RecipientOutcome> Outcomes, IReadOnlyList<AttemptRecord> Attempts);

/// <summary>One transaction with one upstream, for logs and trails.</summary>
/// <param name="Upstream">Name of the server.</param>
/// <param name="Summary">What it said, or what went wrong, on one line.</param>
/// <param name="Duration">From the pick to the outcome.</param>
public sealed record AttemptRecord(string Upstream, string Summary, TimeSpan Duration)
{
    /// <summary>The server's group; empty where it was not kept.</summary>
    public string Group { get; init; } = "";

    /// <summary>When it began, as <see cref="TimeProvider.GetTimestamp"/>; 0 where it was not kept.</summary>
    public long Began { get; init; }

    /// <summary>The last transaction, where dialogues are remembered.</summary>
    public Exchange? Exchange { get; init; }
}
