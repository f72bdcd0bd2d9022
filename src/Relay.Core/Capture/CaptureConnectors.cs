using System.Collections.Concurrent;
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
    // Sessions of their own registries: when the front drains, mail that is under way must still reach its mailbox.
    private readonly ConcurrentDictionary<CaptureStore, SessionRegistry> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The connector of an upstream with the options it has now; asked for at each connection, of which the pool keeps few.</summary>
    public IUpstreamConnector For(string group, string name, UpstreamOptions upstream)
    {
        var store = mailboxes.For(group, name, upstream);
        var limits = LimitsOf(upstream);
        var settings = new SmtpSettings
        {
            HostName = $"{name}.capture.invalid",
            Listener = name,
            Sink = store,
            Limits = limits,
            Storage = storage,
            Ids = ids,
            Time = time,
            Extensions = StandardExtensions.Create(limits.MessageSize, chunking: false),
            StampReceived = false,
        };
        var service = new SmtpService(settings, SessionsOf(store), loggers.CreateLogger<CaptureConnector>());
        return new CaptureConnector(service, store.Faults.Plan, time, _stopping.Token);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        foreach (var sessions in _sessions.Values)
        {
            sessions.Dispose();
        }
    }

    private SessionRegistry SessionsOf(CaptureStore store) =>
        _sessions.GetOrAdd(
            store,
            added =>
            {
                added.Faults.Changed += () => Renew(added);
                return new SessionRegistry(heartbeat);
            }
        );

    /// <summary>Connections that stand know nothing of faults that were switched since: they end with their transaction, and new ones follow.</summary>
    private void Renew(CaptureStore store)
    {
        var fresh = new SessionRegistry(heartbeat);
        if (!_sessions.TryGetValue(store, out var old) || !_sessions.TryUpdate(store, fresh, old))
        {
            fresh.Dispose();
            return;
        }

        old.BeginDrain();
        _ = EndAsync(old);

        static async Task EndAsync(SessionRegistry old)
        {
            await old.WaitForDrainAsync(CancellationToken.None);
            old.Dispose();
        }
    }

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
