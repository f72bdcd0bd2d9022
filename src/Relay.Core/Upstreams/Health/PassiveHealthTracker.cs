using Microsoft.Extensions.Logging;

namespace Relay.Core.Upstreams.Health;

/// <summary>Turns what attempts report into the health of servers, and tells the operator when a server comes or goes.</summary>
internal sealed partial class PassiveHealthTracker(ILogger<PassiveHealthTracker> logger)
{
    /// <summary>The peers of a fast refuser must have refused less than this.</summary>
    private const double NormalRefusals = 0.05;

    /// <summary>The server worked: it took the message, or refused it for the message's sake.</summary>
    public void Worked(UpstreamGroup group, UpstreamServer server, bool isRefused)
    {
        var wasOut = !server.Health.IsAvailable;
        server.Health.ReportWorking(isRefused);
        if (wasOut && server.Health.IsAvailable)
        {
            LogReturned(server);
        }

        if (isRefused)
        {
            EjectIfOnlyItRefuses(group, server);
        }
    }

    /// <summary>The server failed.</summary>
    public void Failed(UpstreamServer server, string reason)
    {
        var before = server.Health.State;
        server.Health.ReportFailure(reason);
        if (before != UpstreamState.Ejected && server.Health.State == UpstreamState.Ejected)
        {
            LogEjected(server, reason);
        }
    }

    /// <summary>It does not accept our credentials, or we do not accept its certificate.</summary>
    public void Distrusted(UpstreamServer server, string reason, EjectionCause cause)
    {
        server.Health.ReportTrustProblem(reason, cause);
        LogDistrusted(server, reason);
    }

    /// <summary>Words about the relay, the account or the server: somebody has to look, at once if they are permanent.</summary>
    public void Alarm(UpstreamServer server, string reason, bool isTransient) =>
        LogAlarm(isTransient ? LogLevel.Warning : LogLevel.Error, server, reason);

    private void EjectIfOnlyItRefuses(UpstreamGroup group, UpstreamServer server)
    {
        if (!server.Health.Refusals.IsRefusingMuch)
        {
            return;
        }

        var refused = 0;
        var all = 0;
        foreach (var peer in group.Members)
        {
            if (peer != server && peer.IsInService)
            {
                var history = peer.Health.Refusals;
                refused += history.Refused;
                all += history.Count;
            }
        }

        // Peers that have seen little mail prove nothing.
        if (all >= RefusalHistory.Capacity && refused < NormalRefusals * all)
        {
            const string Reason = "it refuses mail that its peers take";
            server.Health.EjectAsRefuser(Reason);
            LogEjected(server, Reason);
        }
    }

    [LoggerMessage(EventId = 310, EventName = "Ejected", Level = LogLevel.Warning, Message = "Upstream {Upstream} is ejected: {Reason}")]
    private partial void LogEjected(UpstreamServer upstream, string reason);

    [LoggerMessage(EventId = 311, EventName = "Returned", Level = LogLevel.Information, Message = "Upstream {Upstream} is back")]
    private partial void LogReturned(UpstreamServer upstream);

    [LoggerMessage(
        EventId = 312,
        EventName = "Distrusted",
        Level = LogLevel.Error,
        Message = "Upstream {Upstream} is out of use for 5 minutes: {Reason}"
    )]
    private partial void LogDistrusted(UpstreamServer upstream, string reason);

    [LoggerMessage(EventId = 313, EventName = "Alarm", Message = "Upstream {Upstream} objects to this relay: {Reason}")]
    private partial void LogAlarm(LogLevel level, UpstreamServer upstream, string reason);
}
