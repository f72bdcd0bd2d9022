using Relay.Core.Forwarding;
using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>What the disk knows of a run while it goes on: the recipients that are still in the row, and the server that the row names.</summary>
/// <param name="lease">As it was claimed.</param>
/// <param name="upstream">The server that the row was stored with; null when it has none.</param>
internal sealed class RunRecord(SpoolLease lease, string? upstream)
{
    /// <summary>Positions in the run of those that are left in the row, in its order.</summary>
    private List<int> _left = [.. Enumerable.Range(0, lease.Delivery.Part.Recipients.Count)];
    private int _attempts;

    /// <summary>On what is left in the row.</summary>
    public SpoolLease Lease { get; private set; } = lease;

    /// <summary>Who may have it for them; null when no dot can have gone out.</summary>
    public string? Upstream { get; private set; } = upstream;

    /// <summary>Those that are settled and in the row still, by their places there.</summary>
    public IReadOnlyList<SettledRecipient> Unwritten(NextAttempt next)
    {
        if (next.Settled.Count == 0)
        {
            return [];
        }

        var settled = next.Settled.ToDictionary(static done => done.Position, static done => done.Outcome);
        return
        [
            .. _left
                .Index()
                .Where(entry => settled.ContainsKey(entry.Item))
                .Select(entry => new SettledRecipient(entry.Index, settled[entry.Item])),
        ];
    }

    public IReadOnlyList<AttemptRecord> Unwritten(IReadOnlyList<AttemptRecord> attempts) =>
        _attempts == 0 ? attempts : [.. attempts.Skip(_attempts)];

    /// <summary>Outcomes of those that are left in the row.</summary>
    public IReadOnlyList<RecipientOutcome> Left(IReadOnlyList<RecipientOutcome> outcomes) =>
        _left.Count == outcomes.Count ? outcomes : _left.ConvertAll(position => outcomes[position]);

    /// <summary>The row names this server.</summary>
    public void Begun(string server) => Upstream = server;

    /// <summary>The row names this server, and those that were settled by then are out of it.</summary>
    public void Begun(NextAttempt next, SpoolLease narrowed)
    {
        var settled = next.Settled.Select(static done => done.Position).ToHashSet();
        _left = _left.FindAll(position => !settled.Contains(position));
        _attempts = next.Attempts.Count;
        (Lease, Upstream) = (narrowed, next.Server.Name);
    }
}
