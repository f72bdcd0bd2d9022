namespace Relay.Dashboard.Components;

/// <summary>One line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Values">The last is now.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double> Values)
{
    /// <summary>Now; 0 while there is none.</summary>
    public double Last => Values is [.., var last] ? last : 0;
}
