namespace Relay.Core.Reception;

/// <summary>Lets a stranger wait for its greeting. A mail server waits for it (RFC 5321 §3.1); programs that only pour out junk often speak first.</summary>
internal static class GreetingPause
{
    /// <summary>Returns when the pause is over, or the client is gone, or all sessions are to end: true. False when the client spoke.</summary>
    /// <param name="pause">How long; the heartbeat rounds it up.</param>
    /// <param name="transport">The wire, on which nothing was said yet.</param>
    /// <param name="registry">Says whether sessions are to end.</param>
    public static async ValueTask<bool> WaitAsync(TimeSpan pause, SessionTransport transport, SessionRegistry registry)
    {
        transport.SetDeadline(pause);
        while (!transport.IsOverdue && !registry.IsDraining)
        {
            var input = await transport.ReadAsync();
            var (hasSpoken, isGone) = (!input.Buffer.IsEmpty, input.IsCompleted);
            transport.AdvanceTo(input.Buffer.Start, input.Buffer.Start);
            if (hasSpoken || isGone)
            {
                return !hasSpoken;
            }
        }

        return true;
    }
}
