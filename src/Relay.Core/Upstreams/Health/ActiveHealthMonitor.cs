using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Agent;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Upstreams.Health;

/// <summary>
/// Checks the servers that no mail has worked with for a while, so that one that died is known before mail meets it, and one that came back is used again
/// without a message being risked on it.
/// </summary>
/// <remarks>Works through the topology of the moment at each tick: groups and members may come and go. What is remembered of a server is kept with the server.</remarks>
internal sealed partial class ActiveHealthMonitor(
    TopologyManager topology,
    PassiveHealthTracker passive,
    PaceReporter pace,
    Heartbeat heartbeat,
    TimeProvider time,
    Random random,
    ILogger<ActiveHealthMonitor> logger
) : IHeartbeatListener, IHostedService, IDisposable
{
    /// <summary>Checks under way at once, so that a hundred dead servers do not cost a hundred connections at the same moment.</summary>
    private const int MostAtOnce = 16;

    /// <summary>Part of the interval by which a check comes sooner or later than that: many relays must not ask in step.</summary>
    private const double Jitter = 0.1;

    private readonly CancellationTokenSource _stopping = new();
    private CancellationToken _stopped;
    private int _running;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopped = _stopping.Token; // may be asked for by a tick that comes after Dispose, as the source itself may not
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
                    Begin(member);
                }
            }
        }
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>What is under way closes its connection.</summary>
    private void GiveUpChecks() => _stopping.Cancel();

    private bool IsDue(UpstreamServer member, long now)
    {
        var interval = member.Health.Options.Interval;
        var isNoneDue =
            member.Probe is null
            || member.Options.Kind == UpstreamKind.Capture
            || interval <= TimeSpan.Zero
            || member.Checks.IsRunning
            || member.Agent.Report.Mode == AgentMode.Maintenance;
        if (isNoneDue)
        {
            return false;
        }

        if (member.Checks.Next == 0)
        {
            // The first ones are spread over the interval.
            member.Checks.Next = now + (long)(interval.TotalSeconds * random.NextDouble() * time.TimestampFrequency);
        }

        return now >= member.Checks.Next
            && IsSilent(member, interval, now)
            && !member.Pace.IsPaused
            && MayConnect(member)
            && !WouldRiskTheLogin(member);
    }

    /// <summary>A server that wants fewer connections gets none for a check.</summary>
    private static bool MayConnect(UpstreamServer member) => member.Pool is not { } pool || pool.Logins.Wait() == TimeSpan.Zero;

    /// <summary>Mail that works tells more than a check.</summary>
    private bool IsSilent(UpstreamServer member, TimeSpan interval, long now)
    {
        var worked = member.Health.LastWorkedAt;
        return worked == 0 || time.GetElapsedTime(worked, now) >= interval;
    }

    /// <summary>Credentials that were refused are not tried again before their time.</summary>
    private static bool WouldRiskTheLogin(UpstreamServer member) =>
        member.Health.Options.Authenticate && member.Health is { IsTrustProblem: true, IsEjectionOver: false };

    private void Begin(UpstreamServer member)
    {
        if (Volatile.Read(ref _running) >= MostAtOnce || !member.Checks.TryBegin())
        {
            return; // looked at again with the next tick
        }

        // All places in use means mail under way, or connections that were good a moment ago.
        if (member.Pool?.TryLend() is not { } place)
        {
            member.Checks.End();
            return;
        }

        _ = member.Pool.Logins.TryTake();
        var interval = member.Health.Options.Interval * (1 + (Jitter * ((2 * random.NextDouble()) - 1)));
        member.Checks.Next = time.GetTimestamp() + (long)(interval.TotalSeconds * time.TimestampFrequency);
        Interlocked.Increment(ref _running);
        _ = CheckAsync(member, member.Probe!, place);
    }

    private async Task CheckAsync(UpstreamServer member, SmtpProbe probe, LentPlace place)
    {
        try
        {
            var options = member.Health.Options;
            var result = await RunAsync(member, probe, new ProbeTerms(options.Timeout, options.Authenticate), place);
            Judge(member, result, options);
        }
        catch (Exception exception)
        {
            LogDefect(exception, member);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            member.Checks.End();
        }
    }

    private async Task<ProbeResult> RunAsync(UpstreamServer member, SmtpProbe probe, ProbeTerms terms, LentPlace place)
    {
        using (place)
        {
            using var withdrawn = CancellationTokenSource.CreateLinkedTokenSource(place.Recalled, _stopped);
            return await probe.RunAsync(member.Options, terms, withdrawn.Token);
        }
    }

    private void Judge(UpstreamServer member, ProbeResult result, HealthOptions options)
    {
        if (result.Failure is not { } failure)
        {
            member.Capabilities = result.Capabilities;
            member.Pool?.Logins.Accepted(TimeSpan.Zero);
            Passed(member, options.Authenticate && member.Options.UserName is not null);
        }
        else if (failure.Kind == UpstreamFailureKind.Cancelled)
        {
            return; // mail wanted its place, or the process ends
        }
        else if (failure.Reply is { } reply && member.ReplyPatterns.Read(reply) is { } word)
        {
            AskedForLess(member, failure, word);
        }
        else if (IsTrustProblem(failure))
        {
            Distrusted(member, failure.ToString(), EjectionCause.Credentials);
        }
        else if (failure.Kind == UpstreamFailureKind.CertificateNotTrusted)
        {
            Distrusted(member, failure.ToString(), EjectionCause.Certificate);
        }
        else
        {
            Failed(member, failure.ToString());
        }
    }

    /// <summary>It is alive. Unless a quota is used up, what it minds before any mail is named are connections.</summary>
    private void AskedForLess(UpstreamServer member, UpstreamFailure failure, ThrottleWord word)
    {
        if (word.Meaning == ThrottleMeaning.Quota)
        {
            pace.Throttled(member, failure.Reply, failure.ToString(), TimeSpan.Zero);
        }
        else
        {
            pace.LoginThrottled(member, failure.ToString(), TimeSpan.Zero);
        }
    }

    /// <summary>As for mail: AUTH or the token for it is refused for good, or AUTH is not offered although there is a user.</summary>
    private static bool IsTrustProblem(UpstreamFailure failure) =>
        failure.Stage == TransactionStage.Auth
        && failure
            is { Kind: UpstreamFailureKind.AuthNotOffered or UpstreamFailureKind.TokenRefused }
                or { Reply: { IsTransient: false, Code: not 421 } };

    private void Passed(UpstreamServer member, bool isAuthenticated)
    {
        var wasOut = !member.Health.IsAvailable;
        member.Health.ReportCheckPassed(isAuthenticated);
        if (wasOut && member.Health.IsAvailable)
        {
            LogReturned(member);
        }
    }

    private void Failed(UpstreamServer member, string reason)
    {
        var wasUnhealthy = member.Health.State == UpstreamState.Unhealthy;
        member.Health.ReportCheckFailed(reason);
        if (!wasUnhealthy && member.Health.State == UpstreamState.Unhealthy)
        {
            LogUnhealthy(LevelFor(member), member, member.Health.Reason);
        }
    }

    private void Distrusted(UpstreamServer member, string reason, EjectionCause cause)
    {
        if (member.IsKeptBack)
        {
            member.Health.ReportTrustProblem(reason, cause);
            LogUnhealthy(LevelFor(member), member, reason);
        }
        else
        {
            passive.Distrusted(member, reason, cause);
        }
    }

    /// <summary>Somebody works on a server that is kept back: that it is down raises no alarm.</summary>
    private static LogLevel LevelFor(UpstreamServer member) => member.IsKeptBack ? LogLevel.Information : LogLevel.Warning;

    [LoggerMessage(EventId = 314, EventName = "Unhealthy", Message = "Upstream {Upstream} is unhealthy: {Reason}")]
    private partial void LogUnhealthy(LogLevel level, UpstreamServer upstream, string reason);

    [LoggerMessage(
        EventId = 315,
        EventName = "ReturnedByChecks",
        Level = LogLevel.Information,
        Message = "Upstream {Upstream} is back: its checks are good"
    )]
    private partial void LogReturned(UpstreamServer upstream);

    [LoggerMessage(EventId = 316, EventName = "CheckDefect", Level = LogLevel.Error, Message = "A check of {Upstream} ended by a defect")]
    private partial void LogDefect(Exception exception, UpstreamServer upstream);
}
