using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// Whether an upstream that offers CHUNKING also understands BDAT. Firewalls in front of some servers answer 500 to it, and the server behind may then take the
/// body for commands: after one such answer BDAT is not tried on this upstream any more.
/// </summary>
/// <param name="whenLost">Told once, with the reply that BDAT drew.</param>
internal sealed class ChunkingTrust(Action<SmtpReply>? whenLost)
{
    private int _isLost;

    public bool IsLost => Volatile.Read(ref _isLost) != 0;

    public void Lose(SmtpReply reply)
    {
        if (Interlocked.Exchange(ref _isLost, 1) == 0)
        {
            whenLost?.Invoke(reply);
        }
    }
}
