using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>
/// Looks up, again and again, what the names of the running configuration lead to, and tells the <see cref="TopologyManager"/> when it has changed. It only tells: the
/// members are made where the configuration is applied, so that a reload and an answer cannot undo each other.
/// </summary>
internal sealed partial class DiscoveryMonitor(
    TopologyManager topology,
    IDiscoveryResolver resolver,
    Heartbeat heartbeat,
    TimeProvider time,
    ILogger<DiscoveryMonitor> logger
) : IHeartbeatListener, IHostedService, IDisposable
{
    /// <summary>Lookups under way at once.</summary>
    private const int MostAtOnce = 16;

    private readonly Lock _lock = new();
    private readonly Lock _telling = new();
    private readonly Dictionary<DiscoveryQuestion, WatchedName> _names = [];
    private readonly CancellationTokenSource _stopping = new();
    private CancellationToken _stopped;
    private int _running;

    /// <summary>Waits a little for the first answers, so that the first mail finds servers; without them mail is put off.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _stopped = _stopping.Token;
        topology.Changed += Follow;
        Follow();
        heartbeat.Add(this);
        try
        {
            await FirstLookups().WaitAsync(topology.Current.Options.Discovery.StartTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogStartedWithout();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        topology.Changed -= Follow;
        heartbeat.Remove(this);
        GiveUpLookups();
        return Task.CompletedTask;
    }

    /// <summary>Why the last lookup for an upstream was no success; empty when it was, null for a question that nobody asks.</summary>
    public string? TroubleOf(DiscoveryQuestion question)
    {
        lock (_lock)
        {
            return _names.TryGetValue(question, out var name) ? name.Trouble : null;
        }
    }

    public void OnHeartbeat(long now)
    {
        List<WatchedName> due;
        lock (_lock)
        {
            due = [.. _names.Values.Where(name => name.IsDue(now)).Take(Math.Max(0, MostAtOnce - _running))];
            due.ForEach(static name => name.IsRunning = true);
            _running += due.Count;
        }

        foreach (var name in due)
        {
            _ = LookUpAsync(name);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private void GiveUpLookups() => _stopping.Cancel();

    private Task FirstLookups()
    {
        lock (_lock)
        {
            return Task.WhenAll(_names.Values.Select(static name => name.FirstLookup.Task));
        }
    }

    /// <summary>A reload may ask for other names. New ones are looked up at once; what was known of those that are gone is forgotten.</summary>
    private void Follow()
    {
        var wanted = DiscoveryQuestion.All(topology.Current.Options);
        bool isAnyNew;
        lock (_lock)
        {
            foreach (var gone in _names.Keys.Where(question => !wanted.Contains(question)).ToList())
            {
                _names.Remove(gone);
            }

            var added = wanted.Where(question => !_names.ContainsKey(question)).ToList();
            added.ForEach(question => _names.Add(question, new WatchedName(question, time)));
            isAnyNew = added.Count > 0;
        }

        if (isAnyNew)
        {
            OnHeartbeat(time.GetTimestamp());
        }
    }

    private async Task LookUpAsync(WatchedName name)
    {
        try
        {
            var options = topology.Current.Options.Discovery;
            var finding = await resolver.FindAsync(name.Question, name.Targets ?? [], options, _stopped);
            Judge(name, finding, options);
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The process ends: nothing to tell.
        }
        catch (Exception defect)
        {
            LogDefect(defect, name.Question);
        }
        finally
        {
            lock (_lock)
            {
                _running--;
                name.IsRunning = false;
            }

            name.FirstLookup.TrySetResult();
        }
    }

    private void Judge(WatchedName name, DiscoveryFinding finding, Configuration.DiscoveryOptions options)
    {
        string before;
        bool isChanged;
        lock (_lock)
        {
            before = name.Trouble;
            isChanged = name.Take(finding, options);
        }

        if (!string.Equals(before, name.Trouble, StringComparison.Ordinal))
        {
            LogTrouble(name, finding.Kind);
        }

        if (isChanged)
        {
            LogFound(name.Question, name.Targets!.Count == 0 ? "nobody" : string.Join(", ", name.Targets));
            Tell();
        }
    }

    /// <summary>One at a time, from the answers of that moment: an older picture never follows a newer one.</summary>
    private void Tell()
    {
        lock (_telling)
        {
            FrozenDictionary<DiscoveryQuestion, IReadOnlyList<DiscoveredTarget>> answers;
            lock (_lock)
            {
                answers = _names
                    .Values.Where(static name => name.Targets is not null)
                    .ToFrozenDictionary(static name => name.Question, static name => name.Targets!);
            }

            topology.Discovered(answers);
        }
    }

    private void LogTrouble(WatchedName name, FindingKind kind)
    {
        if (name.Trouble.Length == 0)
        {
            LogGood(name.Question);
        }
        else if (kind == FindingKind.Found)
        {
            LogRemark(name.Question, name.Trouble);
        }
        else
        {
            LogKept(name.Question, name.Trouble, name.Targets?.Count > 0 ? "the servers of the last answer stay" : "it has no servers");
        }
    }

    [LoggerMessage(EventId = 320, EventName = "Discovered", Level = LogLevel.Information, Message = "{Question} leads to {Targets}")]
    private partial void LogFound(DiscoveryQuestion question, string targets);

    [LoggerMessage(
        EventId = 321,
        EventName = "DiscoveryTrouble",
        Level = LogLevel.Warning,
        Message = "{Question} cannot be looked up, {Consequence}: {Reason}"
    )]
    private partial void LogKept(DiscoveryQuestion question, string reason, string consequence);

    [LoggerMessage(EventId = 322, EventName = "DiscoveryRemark", Level = LogLevel.Warning, Message = "{Question}: {Remark}")]
    private partial void LogRemark(DiscoveryQuestion question, string remark);

    [LoggerMessage(
        EventId = 323,
        EventName = "DiscoveryGood",
        Level = LogLevel.Information,
        Message = "{Question} is looked up without trouble again"
    )]
    private partial void LogGood(DiscoveryQuestion question);

    [LoggerMessage(
        EventId = 324,
        EventName = "StartedWithoutAnswer",
        Level = LogLevel.Warning,
        Message = "Not every name was looked up in time (Discovery:StartTimeout); mail for their servers waits until it is"
    )]
    private partial void LogStartedWithout();

    [LoggerMessage(
        EventId = 325,
        EventName = "DiscoveryDefect",
        Level = LogLevel.Error,
        Message = "A lookup of {Question} ended by a defect"
    )]
    private partial void LogDefect(Exception defect, DiscoveryQuestion question);
}
