using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections;

/// <summary>A session with what the pool must know to judge its age.</summary>
internal sealed class PooledConnection(
    IUpstreamSession session,
    ForwardedClient? client,
    UpstreamOptions openedWith,
    long openedAt,
    TimeProvider time
)
{
    public IUpstreamSession Session { get; } = session;

    /// <summary>The only client whose mail may use it; null: anybody's, since the upstream is told of none.</summary>
    public ForwardedClient? Client { get; } = client;

    /// <summary>Messages it was leased for.</summary>
    public int Messages { get; set; }

    /// <summary>When it was given back; a timestamp.</summary>
    public long IdleSince { get; set; }

    public TimeSpan IdleTime => time.GetElapsedTime(IdleSince);

    /// <summary>Whether options and age allow another message. Asked when it comes back, when it is picked and while it is idle.</summary>
    public bool MayServe(UpstreamOptions options) =>
        Messages < options.MessagesPerConnection
        && time.GetElapsedTime(openedAt) < options.ConnectionLifetime
        && (ReferenceEquals(options, openedWith) || options.ReachSamePeerAs(openedWith)); // not so after some reloads
}
