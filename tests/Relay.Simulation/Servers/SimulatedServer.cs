using Relay.Core.Upstreams.Connections;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;
using Relay.Simulation.Providers;

namespace Relay.Simulation.Servers;

/// <summary>One upstream: accepts connections or does not, changes its mood now and then, and never says the same twice by anything but the seed.</summary>
internal sealed class SimulatedServer(string name, int tier, int connections, Pump pump, VirtualTime time, Random random, Ledger ledger)
    : IUpstreamConnector
{
    private static readonly Mood[] Moods =
    [
        Mood.Well,
        Mood.Well,
        Mood.Well,
        Mood.Flaky,
        Mood.Flaky,
        Mood.Flaky,
        Mood.Slow,
        Mood.Dead,
        Mood.Hanging,
        Mood.Throttling,
    ];

    private readonly List<Dialogue> _dialogues = [];
    private int _connections = connections;
    private int _process;

    public string Name { get; } = name;

    public int Tier { get; private set; } = tier;

    /// <summary>Name of its group.</summary>
    public required string Group { get; init; }

    /// <summary>Chance of replies that fit nowhere; null where there are none.</summary>
    public Random? OddReplies { get; init; }

    /// <summary>The account that it is at a provider; null for one that takes all there is.</summary>
    public ProviderAccount? Account { get; init; }

    /// <summary>Does its work without faults, as long as it does any.</summary>
    public bool IsSteady { get; init; }

    /// <summary>CHUNKING (RFC 3030).</summary>
    public bool OffersChunking { get; init; }

    public Mood Mood { get; private set; } = Mood.Well;

    public bool OffersPipelining { get; } = random.Next(2) == 0;

    /// <summary>Connections that Relay holds, those that it waits for among them.</summary>
    public int Open { get; private set; }

    /// <summary>Changes the mood at random moments until <paramref name="end"/>; afterwards it is well.</summary>
    public void Live(TimeSpan end)
    {
        Become(Moods[random.Next(Moods.Length)]);
        var next = TimeSpan.FromMilliseconds(random.Next(500, 60_000));
        if (time.Now + next < end)
        {
            time.After(next, () => Live(end));
        }
        else
        {
            time.At(end, () => Become(Mood.Well));
        }
    }

    /// <summary>It takes no connections for a while; a steady one ends the transactions that run.</summary>
    public void BeAway(TimeSpan from, TimeSpan until)
    {
        time.At(from, () => Become(Mood.Dead));
        time.At(until, () => Become(Mood.Well));
    }

    public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        pump.Touch();
        ledger.Asked(this);
        Open++;
        var process = _process;
        ledger.Check(Open <= _connections, $"{Name} has {Open} connections, more than {_connections}");
        var isLost = Mood == Mood.Hanging && random.Next(2) == 0;
        var completion = new TaskCompletionSource<Stream>();
        var registration = cancellationToken.UnsafeRegister(
            _ => time.After(TimeSpan.Zero, () => Withdraw(process, completion, cancellationToken)),
            null
        );
        if (!isLost)
        {
            time.After(Delay(20), () => Answer(process, completion, registration));
        }

        return new ValueTask<Stream>(completion.Task);
    }

    /// <summary>What a reload says of it.</summary>
    public void Reconfigure(int tier, int connections)
    {
        Tier = tier;
        _connections = Math.Max(_connections, connections);
    }

    /// <summary>A pause of mostly less than <paramref name="milliseconds"/>; much longer where the server is slow.</summary>
    public TimeSpan Delay(int milliseconds) =>
        TimeSpan.FromMilliseconds(random.Next(milliseconds) * (Mood == Mood.Slow ? random.Next(1, 400) : 1));

    private void Answer(int process, TaskCompletionSource<Stream> completion, CancellationTokenRegistration registration)
    {
        registration.Dispose();
        if (completion.Task.IsCompleted || process != _process)
        {
            return;
        }

        if (Mood == Mood.Dead)
        {
            Open--;
            completion.TrySetException(new IOException("Connection refused"));
            return;
        }

        var dialogue = new Dialogue(this, pump, time, random, ledger);
        _dialogues.Add(dialogue);
        completion.TrySetResult(dialogue.RelayEnd);
        dialogue.Greet();
    }

    private void Withdraw(int process, TaskCompletionSource<Stream> completion, CancellationToken cancellationToken)
    {
        if (process == _process && completion.TrySetCanceled(cancellationToken))
        {
            Open--;
        }
    }

    public void Closed(Dialogue dialogue)
    {
        if (_dialogues.Remove(dialogue))
        {
            Open--;
        }
    }

    /// <summary>The process at the other end is killed: its connections are gone.</summary>
    public void EndOfProcess()
    {
        _process++;
        Open = 0;
        foreach (var dialogue in _dialogues)
        {
            dialogue.RelayEnd.Die();
        }

        _dialogues.Clear();
    }

    private void Become(Mood mood)
    {
        ledger.Note($"{Name} is {mood}");
        Mood = mood;
        if (mood == Mood.Dead)
        {
            foreach (var dialogue in _dialogues.Where(dialogue => !IsSteady || !dialogue.IsInTransaction))
            {
                dialogue.Cut();
            }
        }
    }
}
