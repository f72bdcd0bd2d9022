using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Connections.MailKit;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Upstreams;

/// <summary>Makes servers whose pools reach them over the network, or within the process where they are embedded mailboxes.</summary>
internal sealed class UpstreamServerFactory(RelayOptions relay, CaptureConnectors capture, Heartbeat heartbeat, TimeProvider time)
    : IUpstreamServerFactory
{
    public UpstreamServer Create(string groupName, GroupOptions group, string name, UpstreamOptions options)
    {
        var mailbox = options.Kind == UpstreamKind.Capture ? capture.Create(groupName, name, options) : null;
        MailKitSessionFactory Sessions(UpstreamOptions with) =>
            new(() => with, current => mailbox ?? NetworkConnectors.Create(current), relay.HostName, heartbeat, time);

        var pool = new SmtpClientPool(() => options, Sessions(options), heartbeat, time);
        var probe = mailbox is null ? new SmtpProbe(Sessions, time) : null;
        return new UpstreamServer(new UpstreamServerParts(groupName, name, options, group.Health, pool, probe), time);
    }
}
