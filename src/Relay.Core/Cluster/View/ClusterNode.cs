namespace Relay.Core.Cluster.View;

/// <summary>A node as others see it.</summary>
/// <param name="Id">New with each start of its process.</param>
/// <param name="Name">For people.</param>
/// <param name="Version">Of its program.</param>
/// <param name="Admin">Where its HTTP side listens, as it was configured.</param>
/// <param name="UpTime">Since its start, by the database's clock.</param>
/// <param name="Silence">Since it was last heard of, by the same clock.</param>
/// <param name="Figures">What it said of itself; null before the first time.</param>
internal sealed record ClusterNode(
    long Id,
    string Name,
    string Version,
    string Admin,
    TimeSpan UpTime,
    TimeSpan Silence,
    NodeFigures? Figures
);
