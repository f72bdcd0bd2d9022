using Relay.Core.Configuration;

namespace Relay.Tests.Cluster.Pace;

/// <summary>Nodes, a ledger, a network and a server that counts, on virtual time.</summary>
internal sealed class PaceSimulation
{
    private const long StepLength = 1000;

    private readonly Rate _rate;
    private readonly TimeSpan _keeps;
    private readonly VirtualTime _time = new();
    private readonly List<long> _arrivals = [];

    public PaceSimulation(string rate, int nodes, int seed, TimeSpan? keeps = null)
    {
        _rate = Rate.TryParse(rate, out var parsed) ? parsed.Value : throw new ArgumentException(rate, nameof(rate));
        _keeps = keeps ?? TimeSpan.FromMinutes(2);
        Random = new Random(seed);
        Network = new SimulatedNetwork(_time, Random);
        Ledger = new ModelLedger(_time);
        for (var node = 0; node < nodes; node++)
        {
            Add();
        }
    }

    public Random Random { get; }

    public SimulatedNetwork Network { get; }

    public ModelLedger Ledger { get; }

    public List<SimulatedNode> Nodes { get; } = [];

    public double Seconds => (double)_time.Now / VirtualTime.Second;

    public SimulatedNode Add()
    {
        var node = new SimulatedNode(_rate.ToString(), _keeps, _time, Random, Network, Ledger, _arrivals);
        node.OnUrgent = () =>
        {
            foreach (var other in Nodes.Where(other => other != node && !other.IsCutOff && !Network.IsDown))
            {
                Network.Post(1000, other.Hear);
            }
        };
        Nodes.Add(node);
        return node;
    }

    public void Run(double seconds, double step = StepLength)
    {
        var end = _time.Now + (long)(seconds * VirtualTime.Second);
        while (_time.Now < end)
        {
            _time.Now += (long)step;
            Network.Run();
            foreach (var node in Nodes)
            {
                node.Step((long)step);
            }
        }
    }

    /// <summary>Share of what the limit allows that was sent within a time.</summary>
    public double Used(Action run)
    {
        var (count, from) = (_arrivals.Count, Seconds);
        run();
        return (_arrivals.Count - count) / ((Seconds - from) * _rate.Limit / _rate.Window.TotalSeconds);
    }

    public int Sent => _arrivals.Count;

    /// <summary>What the server has counted in the fullest of all windows, its end not included.</summary>
    public int MostInAWindow()
    {
        var (most, first) = (0, 0);
        _arrivals.Sort();
        for (var last = 0; last < _arrivals.Count; last++)
        {
            while (_arrivals[last] - _arrivals[first] >= VirtualTime.Ticks(_rate.Window))
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
