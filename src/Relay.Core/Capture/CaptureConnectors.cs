using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Extensions;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Capture;

/// <summary>Makes the connectors of Capture upstreams, with the mailboxes behind them.</summary>
internal sealed class CaptureConnectors(
    CaptureMailboxes mailboxes,
    BodyStorage storage,
    MessageIdGenerator ids,
    Heartbeat heartbeat,
    TimeProvider time,
    ILoggerFactory loggers
) : IDisposable
{
    // Sessions of their own registry: when the front drains, mail that is under way must still reach its mailbox.
    private readonly SessionRegistry _sessions = new(heartbeat);

    /// <summary>The connector of an upstream with the options it has now; asked for at each connection, of which the pool keeps few.</summary>
    public IUpstreamConnector For(string group, string name, UpstreamOptions upstream)
    {
        var limits = LimitsOf(upstream);
        var settings = new SmtpSettings
        {
            HostName = $"{name}.capture.invalid",
            Listener = name,
            Sink = mailboxes.For(group, name, upstream.CaptureLimit),
            Limits = limits,
            Storage = storage,
            Ids = ids,
            Time = time,
            Extensions = StandardExtensions.Create(limits.MessageSize, chunking: false),
            StampReceived = false,
        };
        return new CaptureConnector(new SmtpService(settings, _sessions, loggers.CreateLogger<CaptureConnector>()));
    }

    public void Dispose() => _sessions.Dispose();

    /// <summary>What came in by the front has passed its limits; a mailbox is to refuse nothing, nor to end the connections of the pool.</summary>
    private static LimitOptions LimitsOf(UpstreamOptions upstream) =>
        new()
        {
            MessageSize = 1L << 40,
            Recipients = int.MaxValue,
            LineLength = int.MaxValue,
            CommandTimeout = upstream.ConnectionLifetime + upstream.ConnectionIdle,
            MessageTimeout = TimeSpan.FromDays(1),
            CommandsWithoutMail = int.MaxValue,
            Errors = int.MaxValue,
        };
}
