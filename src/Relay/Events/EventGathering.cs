using Relay.Core.Configuration;

namespace Relay.Events;

/// <summary>
/// Makes one event of many: the first is told at once, those of the same kind about the same thing that follow within a time are told together when it is over. A storm is
/// one event in each such time, whatever storms.
/// </summary>
internal sealed class EventGathering(TimeProvider time)
{
    /// <summary>Kinds times upstreams; a relay with more of them loses events rather than memory.</summary>
    public const int MostKeys = 4096;

    private readonly Dictionary<(EventKind, string?, string?), Window> _windows = [];

    /// <summary>The event to tell now; null when it is gathered.</summary>
    public RelayEvent? Add(RelayEvent happened)
    {
        if (_windows.TryGetValue(happened.Key, out var window))
        {
            window.Gathered = window.Gathered is { } before ? happened with { Count = before.Count + happened.Count } : happened;
            return null;
        }

        if (_windows.Count < MostKeys)
        {
            _windows.Add(happened.Key, new Window { BeganAt = time.GetTimestamp() });
        }

        return happened;
    }

    /// <summary>What was gathered in times that are over.</summary>
    public IReadOnlyList<RelayEvent> Take(TimeSpan gather)
    {
        List<RelayEvent> due = [];
        foreach (var (key, window) in _windows.Where(entry => time.GetElapsedTime(entry.Value.BeganAt) >= gather).ToList())
        {
            if (window.Gathered is { } gathered)
            {
                due.Add(gathered);
                (window.Gathered, window.BeganAt) = (null, time.GetTimestamp());
            }
            else
            {
                _windows.Remove(key);
            }
        }

        return due;
    }

    private sealed class Window
    {
        public required long BeganAt { get; set; }

        public RelayEvent? Gathered { get; set; }
    }
}
