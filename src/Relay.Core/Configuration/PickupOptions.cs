namespace Relay.Core.Configuration;

/// <summary>A folder whose files are sent as mail, as the SMTP service of IIS had it. A change needs a restart.</summary>
public sealed record PickupOptions
{
    /// <summary>The folder; unset: none. Whoever may write there may send as anybody to anybody.</summary>
    public string? Path { get; init; }

    /// <summary>Time between two looks at the folder. Default: 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a file that was put off waits before it is tried again. Default: 1 min.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Files that are sent at the same time. Default: 4.</summary>
    public int AtOnce { get; init; } = 4;
}
