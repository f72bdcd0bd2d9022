using Microsoft.Extensions.Logging;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Connections.OAuth2;
using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Upstreams;

/// <summary>Makes servers whose pools reach them over the network, or within the process where they are embedded mailboxes.</summary>
internal sealed partial class UpstreamServerFactory(
    RelayOptions relay,
    CaptureConnectors capture,
    OAuth2Tokens tokens,
    PaceAccounts accounts,
    Heartbeat heartbeat,
    TimeProvider time,
    ILogger<UpstreamServerFactory> logger
) : IUpstreamServerFactory
{
    public UpstreamServer Create(string groupName, GroupOptions group, string name, UpstreamOptions options)
    {
        UpstreamServer? server = null;
        var login = new TokenLogin(tokens); // mail and checks share it, so that a token outlasts either
        UpstreamOptions Current() => server?.Options ?? options; // they change at a reload
        UpstreamSessionFactory Sessions(Func<UpstreamOptions> with) =>
            new(
                with,
                current => current.Kind == UpstreamKind.Capture ? capture.For(groupName, name, current) : NetworkConnectors.Create(current),
                relay.HostName,
                heartbeat,
                time,
                reply => LogChunkingGivenUp(groupName, name, reply),
                login
            );

        var pool = new SmtpClientPool(Current, Sessions(Current), heartbeat, time);
        var probe = new SmtpProbe(with => Sessions(() => with), time);
        var account = accounts.Of(groupName, options.Peer?.Upstream ?? name);
        return server = new UpstreamServer(new UpstreamServerParts(groupName, name, options, group.Health, pool, probe, account), time);
    }

    [LoggerMessage(
        EventId = 301,
        EventName = "ChunkingGivenUp",
        Level = LogLevel.Warning,
        Message = "Upstream {Group}/{Name} offers CHUNKING and answered BDAT with '{Reply}'; it gets DATA from now on"
    )]
    private partial void LogChunkingGivenUp(string group, string name, SmtpReply reply);
}
