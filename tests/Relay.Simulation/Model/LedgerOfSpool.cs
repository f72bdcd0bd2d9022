using System.Text;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Simulation.Servers;

namespace Relay.Simulation.Model;

/// <content>What is promised where messages are kept: nothing that was answered is lost, over kills and a failing disk.</content>
internal sealed partial class Ledger
{
    private const string FinalRecipient = "Final-Recipient: rfc822;";

    /// <summary>How long an uncertain delivery waits; null where nothing is kept.</summary>
    public TimeSpan? UncertainDelay { get; set; }

    /// <summary>The process knows that nothing can be written.</summary>
    public bool IsDiskFailing { get; set; }

    public int Kills { get; private set; }

    /// <summary>Runs after which some recipients of a row were done and others were not.</summary>
    public int Splits { get; private set; }

    /// <summary>Messages that servers took more than once for a recipient, as they may after an outcome that nobody knows.</summary>
    public int Doubled { get; private set; }

    /// <summary>The process is killed, and what it knew and had not written down is forgotten.</summary>
    public void Killed()
    {
        Note("KILLED");
        Kills++;
        _out.Clear();
        _backAt.Clear();
        _workedAt.Clear();
        _reloadedAt = time.Now;
        IsDiskFailing = false; // the next process has not met it yet
        foreach (var delivery in _stories.Values.SelectMany(static story => story.Deliveries))
        {
            if (delivery.IsAnswered250 && delivery.Recipients.Exists(static recipient => recipient.IsOnDisk))
            {
                CheckNamed(delivery);
                delivery.Answer = null; // it was not written down
            }
        }
    }

    /// <summary>A process begins with what is on disk, by the clock as it is set now.</summary>
    public void StartedAgain()
    {
        Note("started again");
        _givenBack = _jumpsAhead;
    }

    /// <summary>A commit has put it on disk.</summary>
    /// <param name="entry">What was stored.</param>
    /// <param name="bodies">The bytes of it and of its bounces.</param>
    public void Stored(SpoolEntry entry, IReadOnlyDictionary<MessageId, byte[]> bodies)
    {
        var id = IdOf(entry.Message);
        Bounced(id, entry.Notices, bodies);
        MarkKept(id, entry.Parts);
    }

    /// <summary>The disk has not taken it.</summary>
    public void NotStored(SpoolEntry entry) => _stories[IdOf(entry.Message)].IsNotStored = true;

    /// <summary>A commit has settled it: each recipient of the row is delivered, bounced, or in one of the rows that are left.</summary>
    /// <param name="lease">The row.</param>
    /// <param name="settlement">What became of it.</param>
    /// <param name="bodies">The bytes of its bounces.</param>
    public void Settled(SpoolLease lease, Settlement settlement, IReadOnlyDictionary<MessageId, byte[]> bodies)
    {
        var id = IdOf(lease.Delivery.Message);
        if (id.Length == 0)
        {
            return;
        }

        Divide(id, lease.Delivery.Part, settlement.Remaining, settlement.Notices, bodies);
    }

    /// <summary>A commit lets a run go on at a server: whoever its row names then is not settled yet.</summary>
    /// <param name="lease">As the row was before.</param>
    /// <param name="upstream">The server that the row names now.</param>
    /// <param name="earlier">What the run has settled until then.</param>
    /// <param name="bodies">The bytes of its bounces.</param>
    public void Begun(SpoolLease lease, string upstream, EarlierAttempts? earlier, IReadOnlyDictionary<MessageId, byte[]> bodies)
    {
        var id = IdOf(lease.Delivery.Message);
        if (id.Length == 0)
        {
            return;
        }

        var row = lease.Delivery.Part with { Upstream = upstream, Recipients = earlier?.Open ?? lease.Delivery.Part.Recipients };
        Divide(id, lease.Delivery.Part, [row, .. earlier?.Settled.Remaining ?? []], earlier?.Settled.Notices ?? [], bodies);
    }

    /// <summary>A row becomes these: each of its recipients is in one of them, or done.</summary>
    private void Divide(
        string id,
        SpoolPart row,
        IReadOnlyList<SpoolPart> remaining,
        IReadOnlyList<SpoolEntry> notices,
        IReadOnlyDictionary<MessageId, byte[]> bodies
    )
    {
        var (story, left) = (_stories[id], AddressesIn(remaining));
        Bounced(id, notices, bodies);
        foreach (var recipient in row.Recipients.Select(recipient => story.Of(recipient.Path.Text)))
        {
            recipient.IsOnDisk = false;
            var isDone = recipient.IsBounced || story.IsDelivered(recipient) || story.IsDropped(recipient);
            Check(isDone || left.Contains(recipient.Address), $"{id} is forgotten for {recipient.Address}");
        }

        Splits += remaining.Count > 0 && left.Count < row.Recipients.Count ? 1 : 0;
        MarkKept(id, remaining);
    }

    /// <summary>Nothing is under way any more: what was answered 250 has arrived, or its sender was told.</summary>
    public void CheckKept()
    {
        foreach (var story in _stories.Values.Where(static story => story.IsAnswered250))
        {
            foreach (var recipient in story.Recipients)
            {
                Check(
                    story.IsTaken(recipient) || recipient.IsBounced || story.IsDropped(recipient),
                    $"{story.Id} was answered {story.Answer} and is lost for {recipient.Address}"
                );
            }
        }
    }

    private void Bounced(string id, IReadOnlyList<SpoolEntry> notices, IReadOnlyDictionary<MessageId, byte[]> bodies)
    {
        foreach (var notice in notices)
        {
            var story = _stories[id];
            Check(story.IsTrusted, $"{id} is bounced to a sender whom anybody may have made up");
            Check(notice.Message.Envelope.Sender.IsNull, $"the bounce of {id} has a sender");
            Check(
                notice.Message.Envelope.Recipients[0].Path.Text.StartsWith($"{id}@", StringComparison.Ordinal),
                $"the bounce of {id} goes to somebody else"
            );
            foreach (var recipient in Named(bodies[notice.Message.Id]).Select(story.Of))
            {
                Note($"{id} is bounced for {recipient.Address}");
                Check(!recipient.IsBounced, $"{id} is bounced twice for {recipient.Address}");
                Check(recipient.IsRefusedForGood, $"{id} is bounced for {recipient.Address}, and no server refused that");
                Check(!story.IsDelivered(recipient), $"{id} is bounced for {recipient.Address}, who has it");
                recipient.IsBounced = true;
            }
        }
    }

    /// <summary>The recipients that a bounce names (RFC 3464 §2.3.2).</summary>
    private static IEnumerable<string> Named(byte[] bounce) =>
        Encoding
            .ASCII.GetString(bounce)
            .Split("\r\n")
            .Where(static line => line.StartsWith(FinalRecipient, StringComparison.OrdinalIgnoreCase))
            .Select(static line => line[FinalRecipient.Length..].Trim());

    /// <summary>From now on the rows of the message name these, each of them once and none that is settled.</summary>
    private void MarkKept(string id, IReadOnlyList<SpoolPart> parts)
    {
        var (story, all) = (_stories[id], AddressesIn(parts));
        Note($"{id} is on disk for {(all.Count == 0 ? "nobody" : string.Join(' ', all))}");
        foreach (var part in parts)
        {
            // The attempt that a row is stored for may have delivered to it already, and writes that down when it ends: at that server, and at no other.
            var running = part.State == SpoolState.Active ? part.Upstream : null;
            foreach (var recipient in part.Recipients.Select(recipient => story.Of(recipient.Path.Text)))
            {
                Check(!recipient.IsOnDisk, $"{id} is on disk twice for {recipient.Address}");
                Check(!recipient.IsBounced, $"{id} is on disk for {recipient.Address}, and bounced");
                Check(!story.IsDelivered(recipient, running), $"{id} is on disk for {recipient.Address}, who has it");
                (recipient.IsOnDisk, recipient.NamedServer) = (true, part.Upstream);
            }
        }
    }

    /// <summary>What a server has, and no row tells of, goes to that server again if to any.</summary>
    private void CheckNamed(Delivery delivery)
    {
        foreach (var recipient in delivery.Recipients.Where(static recipient => recipient.IsOnDisk))
        {
            Check(
                string.Equals(recipient.NamedServer, delivery.Server.Name, StringComparison.Ordinal),
                $"{delivery.Server.Name} has {delivery.Id} for {recipient.Address}, and a kill leaves a row that names {recipient.NamedServer ?? "nobody"}"
            );
        }
    }

    private static string IdOf(SpooledMessage message) => message.Envelope.Sender.Text.Split('@')[0];

    private static List<string> AddressesIn(IEnumerable<SpoolPart> parts) =>
        [.. parts.SelectMany(static part => part.Recipients).Select(static recipient => recipient.Path.Text)];

    /// <summary>Whether a message may be sent to this server although that one may have it: it was waited for long enough.</summary>
    private bool IsExcused(Delivery earlier, SimulatedServer server)
    {
        if (UncertainDelay is not { } delay || earlier.IsAnswered250)
        {
            return false; // what is known is not uncertain
        }

        var age = AgeOf(earlier);
        return age >= delay && (earlier.Server == server || age >= delay + TimeSpan.FromHours(1) || !Servers.Contains(earlier.Server));
    }

    /// <summary>A run from the spool has chosen this server.</summary>
    public void Chosen(SpoolLease lease, string upstream)
    {
        var id = IdOf(lease.Delivery.Message);
        if (id.Length > 0 && Servers.FirstOrDefault(server => string.Equals(server.Name, upstream, StringComparison.Ordinal)) is { } server)
        {
            Note($"{id} chooses {upstream}");
            var story = _stories[id];
            Choose(story, [.. lease.Delivery.Part.Recipients.Select(recipient => story.Of(recipient.Path.Text))], server);
        }
    }
}
