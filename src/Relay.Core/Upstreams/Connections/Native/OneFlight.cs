namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// Whether MAIL, RCPTs and <c>BDAT … LAST</c> may go out together: one round trip for a message. The end of the message is out before the first reply then, and a
/// connection that turns out to be dead leaves it uncertain; hence only where that is most unlikely, and where nothing has to wait for a reply.
/// </summary>
internal static class OneFlight
{
    private const int LargestBody = 64 * 1024;
    private const int MostRecipients = 20;

    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(2);

    public static bool IsPossible(NativeConnection connection, Transaction transaction)
    {
        var count = transaction.Recipients.Count;
        return connection.UsesChunking
            && connection.HasChunkedInStep
            && connection.Offered.Pipelining
            && transaction.Message.Body.Length <= LargestBody
            && transaction.Message.Body.TryGetMemory(out _)
            && count <= MostRecipients
            && !(transaction.AllOrNothing && count > 1)
            && connection.IdleTime < LongestIdle
            && connection.Wire.IsQuiet;
    }
}
