using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>A connection past its opening, with what is known of it from one transaction to the next.</summary>
internal sealed class NativeConnection
{
    private readonly TimeProvider _time;
    private long _restingSince;

    public NativeConnection(
        SmtpWire wire,
        ReplyReader replies,
        SessionGuard guard,
        UpstreamOptions options,
        ServerExtensions offered,
        ChunkingTrust chunking,
        TimeProvider time
    )
    {
        _time = time;
        Wire = wire;
        Replies = replies;
        Guard = guard;
        Options = options;
        Offered = offered;
        Chunking = chunking;
        Outgoing = new OutgoingBody(wire, guard);
        UsesChunking = offered.Chunking && !chunking.IsLost;
        Rest();
    }

    public SmtpWire Wire { get; }

    public ReplyReader Replies { get; }

    public SessionGuard Guard { get; }

    public UpstreamOptions Options { get; }

    public ServerExtensions Offered { get; }

    public ChunkingTrust Chunking { get; }

    public OutgoingBody Outgoing { get; }

    /// <summary>Bodies go by BDAT (RFC 3030) rather than by DATA.</summary>
    public bool UsesChunking { get; }

    /// <summary>An earlier BDAT on this connection was answered as it should be.</summary>
    public bool HasChunkedInStep { get; set; }

    /// <summary>Whether each reply that came fitted the command it answered.</summary>
    public bool IsInStep { get; set; } = true;

    /// <summary>Since the last transaction.</summary>
    public TimeSpan IdleTime => _time.GetElapsedTime(_restingSince);

    /// <summary>Nothing is under way until the next transaction.</summary>
    public void Rest()
    {
        Wire.Rest();
        Guard.Rest();
        _restingSince = _time.GetTimestamp();
    }
}
