namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// Whether an upstream that offers CHUNKING also understands BDAT. Firewalls in front of some servers answer 500 to it, and the server behind may then take the
/// body for commands: after one such answer BDAT is not tried on this upstream any more.
/// </summary>
internal sealed class ChunkingTrust
{
    private volatile bool _isLost;

    public bool IsLost => _isLost;

    public void Lose() => _isLost = true;
}
