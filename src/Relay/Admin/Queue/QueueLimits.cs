namespace Relay.Admin.Queue;

/// <summary>How many rows one request is about.</summary>
internal static class QueueLimits
{
    public const int Default = 100;

    public const int Most = 1000;

    /// <summary>Null when it is within its bounds.</summary>
    public static string? Fault(int limit) => limit is < 1 or > Most ? $"limit: {limit} is not between 1 and {Most}." : null;
}
