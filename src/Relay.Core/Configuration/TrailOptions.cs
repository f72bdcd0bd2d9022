namespace Relay.Core.Configuration;

/// <summary>What is remembered of recent messages in memory, so that each can be found and explained. A change needs a restart.</summary>
public sealed record TrailOptions
{
    /// <summary>Answers and runs that are remembered, the oldest forgotten first; 0 for none. Default: 10000.</summary>
    public int Messages { get; init; } = 10_000;

    /// <summary>Bytes that they may take together. Default: 64 MiB.</summary>
    public long Memory { get; init; } = 64L * 1024 * 1024;
}
