using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Agent;

/// <summary>Asks the agents of the servers how these are, whether there is mail or not, and lets weight, drain and state follow.</summary>
/// <remarks>Works through the topology of the moment at each tick, as the health checks do. What is remembered of an agent is kept with its server.</remarks>
internal sealed partial class AgentMonitor(
    TopologyManager topology,
    Heartbeat heartbeat,
    TimeProvider time,
    Random random,
    ILogger<AgentMonitor> logger
) : IHeartbeatListener, IHostedService, IDisposable
{
    /// <summary>Agents asked at once.</summary>
    private const int MostAtOnce = 16;

    /// <summary>Part of the interval by which an agent is asked sooner or later than that.</summary>
    private const double Jitter = 0.1;

    private readonly AgentCheck _check = new(time);
    private readonly CancellationTokenSource _stopping = new();
    private CancellationToken _stopped;
    private int _running;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopped = _stopping.Token;
        heartbeat.Add(this);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        heartbeat.Remove(this);
        GiveUpChecks();
        return Task.CompletedTask;
    }

    public void OnHeartbeat(long now)
    {
        foreach (var group in topology.Current.Groups.Values)
        {
            foreach (var member in group.Members)
            {
                if (IsDue(member, now))
                {
                    Begin(group, member);
                }
            }
        }
    }

    public void Dispose() => _stopping.Dispose();

    private void GiveUpChecks() => _stopping.Cancel();

    /// <summary>The first time at once: until then a server counts as ready and whole.</summary>
    private static bool IsDue(UpstreamServer member, long now) =>
        member.Options.Agent is not null
        && member.Health.Options.Interval > TimeSpan.Zero
        && !member.Agent.Checks.IsRunning
        && now >= member.Agent.Checks.Next;

    private void Begin(UpstreamGroup group, UpstreamServer member)
    {
        if (Volatile.Read(ref _running) >= MostAtOnce || !member.Agent.Checks.TryBegin())
        {
            return; // looked at again with the next tick
        }

        var interval = member.Health.Options.Interval * (1 + (Jitter * ((2 * random.NextDouble()) - 1)));
        member.Agent.Checks.Next = time.GetTimestamp() + (long)(interval.TotalSeconds * time.TimestampFrequency);
        Interlocked.Increment(ref _running);
        _ = AskAsync(group, member);
    }

    private async Task AskAsync(UpstreamGroup group, UpstreamServer member)
    {
        try
        {
            var options = member.Options;
            var result = await _check.RunAsync(options, member.Health.Options.Timeout, _stopped);
            if (string.Equals(options.Agent, member.Options.Agent, StringComparison.Ordinal)) // a reload may have named another
            {
                Judge(group, member, result);
            }
        }
        catch (Exception exception)
        {
            LogDefect(exception, member);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            member.Agent.Checks.End();
        }
    }

    private void Judge(UpstreamGroup group, UpstreamServer member, AgentResult result)
    {
        if (result.Reply is { } reply)
        {
            if (member.Agent.Trouble is not null)
            {
                member.Agent.Trouble = null;
                LogReached(member);
            }

            Follow(group, member, reply);
        }
        else if (result.Problem is { } problem)
        {
            if (member.Agent.Trouble is null)
            {
                LogUnreachable(member, problem, member.Agent.Report);
            }

            member.Agent.Trouble = problem;
        }
    }

    private void Follow(UpstreamGroup group, UpstreamServer member, AgentReply reply)
    {
        var (before, after) = member.Agent.Take(reply);
        if (ReferenceEquals(before, after))
        {
            return;
        }

        if (after.IsUp && !before.IsUp)
        {
            member.Health.BeginSlowStart("back after its agent said down");
        }

        group.Refresh();
        LogSaid(after.IsUp || member.IsDrained ? LogLevel.Information : LogLevel.Warning, member, after);
    }

    [LoggerMessage(EventId = 330, EventName = "AgentSaid", Message = "The agent of upstream {Upstream} says {Report}")]
    private partial void LogSaid(LogLevel level, UpstreamServer upstream, AgentReport report);

    [LoggerMessage(
        EventId = 331,
        EventName = "AgentUnreachable",
        Level = LogLevel.Warning,
        Message = "The agent of upstream {Upstream} cannot be asked: {Problem}. Its last word stays: {Report}"
    )]
    private partial void LogUnreachable(UpstreamServer upstream, string problem, AgentReport report);

    [LoggerMessage(
        EventId = 332,
        EventName = "AgentReached",
        Level = LogLevel.Information,
        Message = "The agent of upstream {Upstream} can be asked again"
    )]
    private partial void LogReached(UpstreamServer upstream);

    [LoggerMessage(
        EventId = 333,
        EventName = "AgentDefect",
        Level = LogLevel.Error,
        Message = "Asking the agent of {Upstream} ended by a defect"
    )]
    private partial void LogDefect(Exception exception, UpstreamServer upstream);
}
