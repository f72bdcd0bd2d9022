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

    public int Delivered => _stories.Values.Count(static story => story.IsAnswered250);

    /// <summary>Lines of the trace that are kept, or a few more.</summary>
    public int TraceLimit { get; init; } = int.MaxValue / 4;

    public void Note(string what)
    {
        if (Trace.Count >= 2 * TraceLimit)
        {
            Trace.RemoveRange(0, Trace.Count - TraceLimit);
        }

        Trace.Add($"{time.Now.TotalSeconds, 10:F4} {what}");
    }

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
        _stories[id].IsUnkept = UncertainDelay is null || IsDiskFailing;
        _stories[id].Recipients.ForEach(recipient => recipient.ChoosingSince = time.Now);
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

    /// <summary>Relay has accepted a recipient, who goes to this group.</summary>
    public void Routed(string id, string address, string group) => _stories[id].Recipients.Add(new RecipientStory(address, group));

    /// <summary>The process ends: what has its dot out is no longer waited for.</summary>
    public void PatienceIsOver() => _isPatienceOver = true;

    /// <summary>A server is asked for a connection.</summary>
    public void Asked(SimulatedServer server)
    {
        if (_current.Value is { } id)
        {
            Note($"{id} connects to {server.Name}");
            var story = _stories[id];
            ChooseForAll(story, story.Open(server.Group), server);
        }
    }

    /// <summary>MAIL: a transaction begins.</summary>
    public Delivery Begin(string id, SimulatedServer server)
    {
        Note($"{id} begins at {server.Name}");
        var story = _stories[id];
        var open = story.Open(server.Group);
        // Which of them it is for comes with RCPT. Where nothing is kept all share one fate.
        var isForSome = UncertainDelay is null ? open.TrueForAll(IsFree) : open.Exists(IsFree);
        Check(open.Count > 0 && isForSome, $"{id} begins at {server.Name} although another may have it, or nothing of it is left");
        ChooseForAll(story, open, server); // news only on a connection that was kept

        if (story.Deliveries.Exists(earlier => earlier.Server == server && earlier.IsAnswered250))
        {
            _workedAt.Remove(server); // the rest of the recipients of one attempt: only its end tells whether the server works
        }

        var delivery = new Delivery(id, server);
        story.Deliveries.Add(delivery);
        return delivery;

        bool IsFree(RecipientStory recipient) => !story.To(recipient).Any(earlier => earlier.MayHaveIt && !IsExcused(earlier, server));
    }

    /// <summary>RCPT: for this recipient.</summary>
    public void Named(Delivery delivery, string address)
    {
        if (delivery.IsNotice)
        {
            return;
        }

        var (story, server) = (_stories[delivery.Id], delivery.Server);
        var (recipient, what) = (story.Of(address), $"{delivery.Id} for {address}");
        Note($"{what} is named at {server.Name}");
        Check(server.Group == recipient.Group, $"{what} goes to {server.Name} of {server.Group} and not to {recipient.Group}");
        Check(story.Answer is null || recipient.IsOnDisk, $"{what} is sent to {server.Name} although it was answered and is settled");
        foreach (var earlier in story.To(recipient))
        {
            Check(
                !earlier.MayHaveIt || IsExcused(earlier, server),
                $"{what} is sent to {server.Name} although {earlier.Server.Name} may have it"
            );
        }
    }

    /// <summary>The server has said yes to it.</summary>
    public void Took(Delivery delivery, string address)
    {
        if (!delivery.IsNotice)
        {
            delivery.Recipients.Add(_stories[delivery.Id].Of(address));
        }
    }

    public void DotIsOut(Delivery delivery)
    {
        if (delivery.IsNotice)
        {
            return;
        }

        Note($"{delivery.Id} has its dot out to {delivery.Server.Name}");
        delivery.IsDotOut = true;
        (delivery.DotOutAt, delivery.DotOutByClock) = (time.Now, time.Now + _clockOffset);
        foreach (var other in delivery.Recipients.SelectMany(_stories[delivery.Id].To))
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
        var twice = UncertainDelay is null
            ? story.Deliveries.Count(static other => other.IsAccepted)
            : delivery.Recipients.Count(story.IsTaken);
        Check(twice == 0 || UncertainDelay is not null, $"{delivery.Id} is taken twice");
        Doubled += twice;
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
        Refused(delivery, reply, delivery.Recipients);
        if (delivery.IsAnswered250 && !FollowsFailure(delivery))
        {
            _workedAt[delivery.Server] = time.Now;
        }
    }

    /// <summary>One attempt may be several transactions, and where one before has failed this one does not show that the server works.</summary>
    private bool FollowsFailure(Delivery delivery) =>
        _stories[delivery.Id].Deliveries.LastOrDefault(other => other != delivery && other.Server == delivery.Server)
            is { IsAnswered250: false };

    /// <summary>Relay has read a reply to MAIL; only refusals matter, and they are meant for all whom it might have named.</summary>
    public void MailRefused(Delivery delivery, string reply)
    {
        if (!delivery.IsNotice)
        {
            Refused(delivery, reply, _stories[delivery.Id].Open(delivery.Server.Group));
        }
    }

    /// <summary>Relay has read a reply to RCPT; only refusals matter.</summary>
    public void RecipientRefused(Delivery delivery, string reply, string address)
    {
        if (!delivery.IsNotice)
        {
            Refused(delivery, reply, [_stories[delivery.Id].Of(address)]);
        }
    }

    /// <summary>Relay has read a reply to a command that is about these; only refusals matter.</summary>
    public void Refused(Delivery delivery, string reply, IReadOnlyList<RecipientStory> about)
    {
        if (delivery.IsNotice)
        {
            return;
        }

        Note($"{delivery.Id} {delivery.Server.Name} says {reply}");
        var isVerdict = reply[..3] is not ("500" or "502" or "503") && !delivery.PutOffs.Contains(reply);
        foreach (var recipient in about)
        {
            recipient.IsRefusedForGood |= reply[0] == '5' && isVerdict;
        }
    }

    /// <summary>The client has read the reply to its dot.</summary>
    /// <param name="id">The message.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="hasLeft">It had hung up before, so that nothing was stored for it.</param>
    public void Answered(string id, string reply, bool hasLeft)
    {
        Note($"{id} is answered {reply}");
        var story = _stories[id];
        story.Answer = reply;
        if (story.IsAnswered250)
        {
            foreach (var recipient in story.Recipients)
            {
                var isKept =
                    recipient.IsOnDisk
                    || recipient.IsBounced
                    || story.IsDropped(recipient)
                    || (UncertainDelay is not null && story.IsTaken(recipient));
                Check(
                    story.IsDelivered(recipient) || isKept,
                    $"{id} is answered 250, and neither a server nor the disk has it for {recipient.Address}"
                );
            }

            return;
        }

        Check(reply[0] is '4' or '5', $"{id} is answered {reply}");
        // What some of its recipients have already is undone by nobody when the rest is not stored.
        var isSplit = (story.IsNotStored || (hasLeft && UncertainDelay is not null)) && story.Recipients.Count > 1;
        Check(
            isSplit || _isPatienceOver || !story.Recipients.Exists(story.IsDelivered),
            $"{id} is answered {reply} although it is delivered"
        );
        var isRefused =
            isSplit || story.IsUnkept
                ? story.Recipients.Exists(static recipient => recipient.IsRefusedForGood)
                : story.Recipients.TrueForAll(static recipient => recipient.IsRefusedForGood);
        Check(reply[0] != '5' || isRefused, $"{id} is refused for good and no server did");
    }

    public void Injected(SimulatedServer server, Fault fault)
    {
        Faults++;
        Note($"{server.Name} does {fault}");
    }
}
