using Relay.Core.Upstreams;
using Relay.Simulation.Engine;
using Relay.Simulation.Servers;

namespace Relay.Simulation.Model;

/// <summary>
/// The model: what was promised, told by what clients and servers saw. Each promise is checked at the moment at which it could be broken; the trace says what
/// came before.
/// </summary>
internal sealed partial class Ledger(VirtualTime time)
{
    private readonly Dictionary<string, MessageStory> _stories = [];
    private readonly HashSet<string> _out = [];
    private readonly Dictionary<string, TimeSpan> _backAt = [];
    private readonly Dictionary<SimulatedServer, TimeSpan> _goneAt = [];
    private readonly AsyncLocal<string?> _current = new();
    private readonly Dictionary<SimulatedServer, TimeSpan> _drainedAt = [];
    private readonly Dictionary<SimulatedServer, TimeSpan> _workedAt = [];
    private TimeSpan _reloadedAt = TimeSpan.MinValue;
    private bool _isPatienceOver;

    /// <summary>Those in the configuration.</summary>
    public IReadOnlyList<SimulatedServer> Servers { get; set; } = [];

    public int ReloadCount { get; private set; }

    /// <summary>Time of silence after which a server is checked; null where none is.</summary>
    public TimeSpan? CheckInterval { get; set; }

    /// <summary>Checks of servers.</summary>
    public int HealthChecks { get; private set; }

    public List<string> Trace { get; } = [];

    public List<string> Violations { get; } = [];

    public int Faults { get; private set; }

    public int Checks { get; private set; }

    public int Delivered => _stories.Values.Count(story => story.Answer?.StartsWith("250", StringComparison.Ordinal) == true);

    public void Note(string what) => Trace.Add($"{time.Now.TotalSeconds, 10:F4} {what}");

    public void Check(bool holds, string otherwise)
    {
        Checks++;
        if (!holds)
        {
            Note($"BROKEN {otherwise}");
            Violations.Add(otherwise);
        }
    }

    /// <summary>A client is about to send a message.</summary>
    public void Sends(string id, string body) => _stories.Add(id, new MessageStory(id, body));

    /// <summary>Relay's pipeline has the message: from here on what asks for a connection does so for it.</summary>
    public void Handed(string id)
    {
        Note($"{id} is whole");
        _current.Value = id;
        _stories[id].ChoosingSince = time.Now;
    }

    /// <summary>Who is in service has changed.</summary>
    public void ServiceChanged(UpstreamGroup group)
    {
        foreach (var member in group.Members)
        {
            if (member.IsInService && _out.Remove(member.Name))
            {
                _backAt[member.Name] = time.Now;
                Note($"{member.Name} is in service");
            }
            else if (!member.IsInService && _out.Add(member.Name))
            {
                Note($"{member.Name} is out of service");
            }
        }
    }

    /// <summary>From now on these are the servers.</summary>
    public void Reloads(IReadOnlyList<SimulatedServer> after)
    {
        Note($"reload: {string.Join(' ', after.Select(server => server.Name))}");
        ReloadCount++;
        _reloadedAt = time.Now;
        _workedAt.Clear(); // at another address it is another server
        foreach (var gone in Servers.Except(after))
        {
            _drainedAt.Remove(gone); // if it comes back as a new one, nobody has drained that
            _goneAt[gone] = time.Now;
        }

        foreach (var server in after)
        {
            _goneAt.Remove(server);
        }

        Servers = after;
    }

    public void Drained(SimulatedServer server)
    {
        Note($"{server.Name} is drained");
        _drainedAt.TryAdd(server, time.Now);
    }

    public void Resumed(SimulatedServer server)
    {
        Note($"{server.Name} is resumed");
        _drainedAt.Remove(server);
    }

    /// <summary>A server is connected to in order to check it.</summary>
    public void Checked(SimulatedServer server)
    {
        Note($"{server.Name} is checked");
        HealthChecks++;
        var isSilent = !_workedAt.TryGetValue(server, out var worked) || time.Now - worked >= CheckInterval;
        Check(CheckInterval is not null && isSilent, $"{server.Name} is checked although mail has just worked");
    }

    /// <summary>The recipients of a message go to this group.</summary>
    public void Routed(string id, string group) => _stories[id].Group = group;

    /// <summary>The process ends: what has its dot out is no longer waited for.</summary>
    public void PatienceIsOver() => _isPatienceOver = true;

    /// <summary>A server is asked for a connection.</summary>
    public void Asked(SimulatedServer server)
    {
        if (_current.Value is { } id)
        {
            Note($"{id} connects to {server.Name}");
            Choose(_stories[id], server);
        }
    }

    /// <summary>MAIL: a transaction begins.</summary>
    public Delivery Begin(string id, SimulatedServer server)
    {
        Note($"{id} begins at {server.Name}");
        var story = _stories[id];
        foreach (var earlier in story.Deliveries)
        {
            Check(
                !earlier.MayHaveIt || IsExcused(earlier, server),
                $"{id} is sent to {server.Name} although {earlier.Server.Name} may have it"
            );
        }

        Check(story.Answer is null || story.IsOnDisk, $"{id} is sent to {server.Name} although its client was answered");
        Choose(story, server);
        var delivery = new Delivery(id, server);
        story.Deliveries.Add(delivery);
        return delivery;
    }

    public void DotIsOut(Delivery delivery)
    {
        if (delivery.IsNotice)
        {
            return;
        }

        Note($"{delivery.Id} has its dot out to {delivery.Server.Name}");
        delivery.IsDotOut = true;
        delivery.DotOutAt = time.Now;
        foreach (var other in _stories[delivery.Id].Deliveries)
        {
            Check(
                other == delivery || !other.MayHaveIt || IsExcused(other, delivery.Server),
                $"{delivery.Id} has its dot out to {delivery.Server.Name} and {other.Server.Name}"
            );
        }
    }

    public void Accepted(Delivery delivery)
    {
        if (delivery.IsNotice)
        {
            return;
        }

        Note($"{delivery.Id} is taken by {delivery.Server.Name}");
        var story = _stories[delivery.Id];
        var isTaken = story.Deliveries.Exists(static other => other.IsAccepted);
        Check(!isTaken || UncertainDelay is not null, $"{delivery.Id} is taken twice");
        Doubled += isTaken ? 1 : 0;
        Check(delivery.Body.ToString().EndsWith(story.Body, StringComparison.Ordinal), $"{delivery.Id} has come with other bytes");
        delivery.IsAccepted = true;
    }

    /// <summary>Relay has read the reply to the dot.</summary>
    public void DotAnswered(Delivery delivery, string reply)
    {
        if (delivery.IsNotice)
        {
            return;
        }

        delivery.Answer = reply;
        Refused(delivery, reply);
        if (delivery.IsAnswered250)
        {
            _workedAt[delivery.Server] = time.Now;
        }
    }

    /// <summary>Relay has read a reply to a command; only refusals matter.</summary>
    public void Refused(Delivery delivery, string reply)
    {
        if (delivery.IsNotice)
        {
            return;
        }

        Note($"{delivery.Id} {delivery.Server.Name} says {reply}");
        var isVerdict = reply[..3] is not ("500" or "502" or "503");
        _stories[delivery.Id].IsRefusedForGood |= reply[0] == '5' && isVerdict;
    }

    /// <summary>The client has read the reply to its dot.</summary>
    public void Answered(string id, string reply)
    {
        Note($"{id} is answered {reply}");
        var story = _stories[id];
        story.Answer = reply;
        var isKnownDelivered = story.Deliveries.Exists(delivery => delivery.IsAccepted && delivery.IsAnswered250);
        if (reply.StartsWith("250", StringComparison.Ordinal))
        {
            var isKept =
                story.IsOnDisk
                || story.IsBounced
                || (UncertainDelay is not null && story.Deliveries.Exists(static delivery => delivery.IsAccepted));
            Check(isKnownDelivered || isKept, $"{id} is answered 250, and neither a server nor the disk has it");
        }
        else
        {
            Check(reply[0] is '4' or '5', $"{id} is answered {reply}");
            Check(!isKnownDelivered || _isPatienceOver, $"{id} is answered {reply} although it is delivered");
            Check(reply[0] != '5' || story.IsRefusedForGood, $"{id} is refused for good and no server did");
        }
    }

    public void Injected(SimulatedServer server, Fault fault)
    {
        Faults++;
        Note($"{server.Name} does {fault}");
    }

    private void Choose(MessageStory story, SimulatedServer server)
    {
        if (!story.Asked.Add(server))
        {
            return;
        }

        Check(server.Group == story.Group, $"{story.Id} goes to {server.Name} of {server.Group} and not to {story.Group}");
        var isDrained = _drainedAt.TryGetValue(server, out var drainedAt) && drainedAt < story.ChoosingSince;
        Check(!isDrained, $"{story.Id} goes to {server.Name}, which was drained before");
        // What began to choose before a reload may end on either side of it.
        var isGone = _goneAt.TryGetValue(server, out var goneAt) && goneAt < story.ChoosingSince;
        Check(!isGone, $"{story.Id} goes to {server.Name}, which was taken out before");
        if (story.Deliveries.Exists(earlier => earlier.Server == server && earlier.MayHaveIt))
        {
            story.ChoosingSince = time.Now;
            return; // it may have the message already: nobody else is better, whatever the tier
        }

        var isReloaded = _reloadedAt >= story.ChoosingSince;
        foreach (var better in Servers)
        {
            // When exactly Relay chose is not seen from here: it is enough that the better one was out at some moment since it began to.
            var isBackSince = _backAt.TryGetValue(better.Name, out var back) && back >= story.ChoosingSince;
            var wasOut = isReloaded || isBackSince || _out.Contains(better.Name);
            Check(
                better.Group != server.Group || better.Tier >= server.Tier || story.Asked.Contains(better) || wasOut,
                $"{story.Id} goes to {server.Name} of tier {server.Tier} although {better.Name} of tier {better.Tier} is in service and was not asked"
            );
        }

        story.ChoosingSince = time.Now;
    }
}
