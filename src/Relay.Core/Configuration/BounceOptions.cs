namespace Relay.Core.Configuration;

/// <summary>How senders are told that their mail could not be delivered.</summary>
public sealed record BounceOptions
{
    /// <summary>Group that takes bounces; unset, they follow the routes. For providers that refuse mail from <c>&lt;&gt;</c>.</summary>
    public string? Group { get; init; }

    /// <summary>Age at which the sender of a message that still waits is warned; 0 for never. Default: 0.</summary>
    public TimeSpan DelayWarning { get; init; }
}
