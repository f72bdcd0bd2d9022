namespace Relay.Tests.Cluster.Pace;

/// <summary>Carries questions to the ledger and answers back, on virtual time: late, and sometimes not at all.</summary>
internal sealed class SimulatedNetwork(VirtualTime time, Random random)
{
    private static readonly long Patience = VirtualTime.Second;

    private readonly PriorityQueue<Action, long> _events = new();

    /// <summary>Share of the calls that come to grief: the question is lost, or comes much too late, or the answer is lost.</summary>
    public double Trouble { get; set; }

    /// <summary>Microseconds of one way, at most.</summary>
    public int Latency { get; set; } = 3000;

    /// <summary>Nobody reaches the ledger.</summary>
    public bool IsDown { get; set; }

    public void Call<T>(bool isCutOff, Func<T> ask, Action<T> onAnswer, Action onLost)
    {
        var there = random.Next(200, Latency);
        if (IsDown || isCutOff)
        {
            Post(Patience, onLost);
        }
        else if (random.NextDouble() >= Trouble)
        {
            Post(there, () => Answer(ask(), onAnswer));
        }
        else
        {
            Post(Patience, onLost);
            switch (random.Next(3))
            {
                case 0:
                    Post(there, () => ask()); // only the answer is lost
                    break;
                case 1:
                    Post(random.Next((int)(3 * Patience)), () => ask()); // comes perhaps after everything has changed
                    break;
            }
        }
    }

    public void Post(long delay, Action action) => _events.Enqueue(action, time.Now + delay);

    /// <summary>All that has happened by now.</summary>
    public void Run()
    {
        while (_events.TryPeek(out _, out var at) && at <= time.Now)
        {
            _events.Dequeue()();
        }
    }

    private void Answer<T>(T answer, Action<T> onAnswer) => Post(random.Next(200, Latency), () => onAnswer(answer));
}
