using Microsoft.Extensions.Logging;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Health;

/// <summary>What happens to the health of a group's members merely because time passes. One a group, once a second.</summary>
internal sealed partial class GroupMonitor(UpstreamGroup group, ILogger<GroupMonitor> logger) : IHeartbeatListener
{
    public void OnHeartbeat(long now)
    {
        foreach (var member in group.Members)
        {
            member.Health.Tick();
            WatchDots(member);
        }
    }

    private void WatchDots(UpstreamServer member)
    {
        var (found, inARow) = member.Dots.Check();
        if (found == 0)
        {
            return;
        }

        LogDotOverdue(member);
        if (inARow > 1)
        {
            member.Health.ReportFailure("several final dots in a row were not answered for 60 s");
        }

        group.Refresh();
    }

    [LoggerMessage(
        EventId = 300,
        EventName = "DotOverdue",
        Level = LogLevel.Warning,
        Message = "Upstream {Upstream} has not answered a final dot for 60 s; it gets no new mail until it does"
    )]
    private partial void LogDotOverdue(UpstreamServer upstream);
}
