namespace Relay.Dashboard.Components;

/// <summary>How long a page waits for the spool, whose database may be far away: then it says so instead of showing nothing.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static CancellationTokenSource Start(TimeProvider time) => new(Patience, time);
}
