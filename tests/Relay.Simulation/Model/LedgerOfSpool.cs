using Relay.Core.Spool;
using Relay.Simulation.Servers;

namespace Relay.Simulation.Model;

/// <content>What is promised where messages are kept: nothing that was answered is lost, over kills and a failing disk.</content>
internal sealed partial class Ledger
{
    /// <summary>How long an uncertain delivery waits; null where nothing is kept.</summary>
    public TimeSpan? UncertainDelay { get; set; }

    public int Kills { get; private set; }

    /// <summary>Messages that servers took more than once, as they may after an outcome that nobody knows.</summary>
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
        foreach (var delivery in _stories.Values.Where(static story => story.IsOnDisk).SelectMany(static story => story.Deliveries))
        {
            delivery.Answer = delivery.IsAnswered250 ? null : delivery.Answer;
        }
    }

    /// <summary>A commit has put it on disk.</summary>
    public void Stored(SpoolEntry entry)
    {
        foreach (var notice in entry.Notices)
        {
            Bounced(notice);
        }

        var id = entry.Message.Envelope.Sender.Text.Split('@')[0];
        Note($"{id} is on disk");
        _stories[id].IsOnDisk = true;
    }

    /// <summary>A commit has settled it.</summary>
    public void Settled(SpoolLease lease, Settlement settlement)
    {
        foreach (var notice in settlement.Notices)
        {
            Bounced(notice);
        }

        var id = lease.Delivery.Message.Envelope.Sender.Text.Split('@')[0];
        if (id.Length > 0 && settlement.Remaining.Count == 0)
        {
            Note($"{id} is settled");
            _stories[id].IsOnDisk = false;
        }
    }

    /// <summary>Nothing is under way any more: what was answered 250 has arrived, or its sender was told.</summary>
    public void CheckKept()
    {
        foreach (var story in _stories.Values.Where(static story => story.Answer?.StartsWith("250", StringComparison.Ordinal) == true))
        {
            var isDelivered = story.Deliveries.Exists(static delivery => delivery.IsAccepted);
            Check(isDelivered || (story.IsBounced && story.IsRefusedForGood), $"{story.Id} was answered {story.Answer} and is lost");
        }
    }

    private void Bounced(SpoolEntry notice)
    {
        var id = notice.Message.Envelope.Recipients[0].Path.Text.Split('@')[0];
        Note($"{id} is bounced");
        Check(notice.Message.Envelope.Sender.IsNull, $"the bounce of {id} has a sender");
        _stories[id].IsBounced = true;
    }

    /// <summary>Whether a message may be sent to this server although that one may have it: it was waited for long enough.</summary>
    private bool IsExcused(Delivery earlier, SimulatedServer server)
    {
        if (UncertainDelay is not { } delay)
        {
            return false;
        }

        var age = time.Now - earlier.DotOutAt;
        return age >= delay && (earlier.Server == server || age >= delay + TimeSpan.FromHours(1) || !Servers.Contains(earlier.Server));
    }

    /// <summary>A run from the spool has chosen this server.</summary>
    public void Chosen(SpoolLease lease, string upstream)
    {
        var id = lease.Delivery.Message.Envelope.Sender.Text.Split('@')[0];
        if (id.Length > 0 && Servers.FirstOrDefault(server => string.Equals(server.Name, upstream, StringComparison.Ordinal)) is { } server)
        {
            Note($"{id} chooses {upstream}");
            Choose(_stories[id], server);
        }
    }
}
