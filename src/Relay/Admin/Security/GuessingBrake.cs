namespace Relay.Admin.Security;

/// <summary>Makes guessing tokens slow: a wrong one is answered late, and while several such answers are due further ones are refused unread.</summary>
internal sealed class GuessingBrake(TimeProvider time)
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private int _waiting;

    /// <summary>Whether no token is looked at now.</summary>
    public bool IsOverrun => Volatile.Read(ref _waiting) >= AtOnce;

    /// <summary>After a wrong token.</summary>
    public async Task SlowDownAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
