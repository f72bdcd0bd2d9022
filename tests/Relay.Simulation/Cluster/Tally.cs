namespace Relay.Simulation.Cluster;

/// <summary>How often something took place, and how long it took altogether.</summary>
internal sealed class Tally
{
    public int Count { get; private set; }

    public double Seconds { get; private set; }

    public void Add(double seconds)
    {
        Count++;
        Seconds += seconds;
    }
}
