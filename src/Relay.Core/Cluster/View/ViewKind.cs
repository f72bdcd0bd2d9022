namespace Relay.Core.Cluster.View;

/// <summary>What a row of the shared view tells of an upstream. The names stand in the database: they never change.</summary>
internal enum ViewKind
{
    /// <summary>An operator has drained or resumed it.</summary>
    Drain,

    /// <summary>An operator has set its weight.</summary>
    Weight,

    /// <summary>A node has ejected it, or has seen it back.</summary>
    Health,

    /// <summary>It told a node that it wants no mail for a time.</summary>
    Pause,

    /// <summary>Its refusals have taught a node a pace.</summary>
    Pace,
}
