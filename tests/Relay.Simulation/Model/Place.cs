namespace Relay.Simulation.Model;

/// <summary>A connection, as it counts against the limit of its client's network.</summary>
/// <param name="key">What is counted as one client; null for one who is not counted.</param>
/// <param name="since">When Relay may have counted it first.</param>
internal sealed class Place(string? key, TimeSpan since)
{
    public string? Key { get; } = key;

    public TimeSpan Since { get; } = since;

    /// <summary>Relay has greeted it.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>When Relay was done with it; null while it is not.</summary>
    public TimeSpan? Left { get; set; }
}
