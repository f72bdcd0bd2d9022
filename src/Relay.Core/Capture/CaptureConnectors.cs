using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Extensions;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Capture;

/// <summary>Makes the connector of each Capture upstream, with the mailbox behind it.</summary>
internal sealed class CaptureConnectors(
    RelayOptions options,
    CaptureMailboxes mailboxes,
    BodyStorage storage,
    MessageIdGenerator ids,
    Heartbeat heartbeat,
    TimeProvider time,
    ILoggerFactory loggers
) : IDisposable
{
    /// <summary>Room for the <c>Received:</c> field that the front has put before a message of the largest size.</summary>
    private const int RoomForStamp = 64 * 1024;

    // Sessions of their own registry: when the front drains, mail that is under way must still reach its mailbox.
    private readonly SessionRegistry _sessions = new(heartbeat);

    public IUpstreamConnector Create(string group, string name, UpstreamOptions upstream)
    {
        var size = options.Limits.MessageSize + RoomForStamp;
        var settings = new SmtpSettings
        {
            HostName = $"{name}.capture.invalid",
            Listener = name,
            Sink = mailboxes.For(group, name, upstream.CaptureLimit),
            Limits = LimitsOf(upstream) with { MessageSize = size },
            Storage = storage,
            Ids = ids,
            Time = time,
            Extensions = StandardExtensions.Create(size),
            StampReceived = false,
        };
        return new CaptureConnector(new SmtpService(settings, _sessions, loggers.CreateLogger<CaptureConnector>()));
    }

    public void Dispose() => _sessions.Dispose();

    /// <summary>What came in by the front has passed its limits; a mailbox is to refuse nothing, nor to end the connections of the pool.</summary>
    private LimitOptions LimitsOf(UpstreamOptions upstream) =>
        options.Limits with
        {
            CommandTimeout = upstream.ConnectionLifetime + upstream.ConnectionIdle,
            CommandsWithoutMail = int.MaxValue,
            Errors = int.MaxValue,
        };
}
