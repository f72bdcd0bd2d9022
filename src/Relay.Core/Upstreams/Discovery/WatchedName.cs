using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>One question: what its last answer was, and when it is asked again. Guarded by the lock of the <see cref="DiscoveryMonitor"/>.</summary>
internal sealed class WatchedName(DiscoveryQuestion question, TimeProvider time)
{
    private long _next;
    private long? _missingSince;

    public DiscoveryQuestion Question { get; } = question;

    /// <summary>Null before the first answer.</summary>
    public IReadOnlyList<DiscoveredTarget>? Targets { get; private set; }

    public bool IsRunning { get; set; }

    /// <summary>The last lookup told nothing, or nothing good; empty otherwise. What is logged when it changes.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>Completes when the first lookup has ended, well or not.</summary>
    public TaskCompletionSource FirstLookup { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsDue(long now) => !IsRunning && now >= _next;

    /// <summary>Takes what a lookup found; true when the servers are others than before.</summary>
    public bool Take(DiscoveryFinding finding, DiscoveryOptions options)
    {
        Trouble = finding.Remark;
        AskAgainIn(Clamp(finding.TimeToLive, options));
        var before = Targets;
        Targets = finding.Kind switch
        {
            FindingKind.Found => finding.Targets,
            FindingKind.Declined => [],
            FindingKind.Missing when !IsKept(options.KeepMissing) => [],
            _ => before,
        };
        if (finding.Kind is FindingKind.Found or FindingKind.Declined)
        {
            _missingSince = null;
        }

        return Targets is not null && (before is null || !Targets.SequenceEqual(before));
    }

    public void AskAgainIn(TimeSpan pause) => _next = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

    /// <summary>Whoever changes a zone may empty it for a moment; servers that are there all the same go on with their work meanwhile.</summary>
    private bool IsKept(TimeSpan keep)
    {
        var now = time.GetTimestamp();
        _missingSince ??= now;
        return Targets is { Count: > 0 } && time.GetElapsedTime(_missingSince.Value, now) < keep;
    }

    private static TimeSpan Clamp(TimeSpan timeToLive, DiscoveryOptions options) =>
        timeToLive < options.MinimumInterval ? options.MinimumInterval
        : timeToLive > options.MaximumInterval ? options.MaximumInterval
        : timeToLive;
}
