namespace Relay.Simulation.Servers;

/// <summary>How a simulated server behaves for a while.</summary>
internal enum Mood
{
    /// <summary>Does its work.</summary>
    Well,

    /// <summary>Each command may meet a fault.</summary>
    Flaky,

    /// <summary>Works, and is slow.</summary>
    Slow,

    /// <summary>Refuses connections and cuts those that stand.</summary>
    Dead,

    /// <summary>Takes connections and bytes, and says nothing.</summary>
    Hanging,

    /// <summary>Puts every message off: too many.</summary>
    Throttling,
}
