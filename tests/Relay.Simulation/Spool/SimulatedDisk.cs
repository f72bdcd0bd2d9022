using Relay.Core.Messages;
using Relay.Core.Spool;

namespace Relay.Simulation.Spool;

/// <summary>What is on disk: the rows and bodies of a spool. Outlives the process that writes them.</summary>
internal sealed class SimulatedDisk
{
    private readonly SortedDictionary<long, Row> _rows = [];
    private readonly Dictionary<MessageId, byte[]> _bodies = [];
    private long _last;

    /// <summary>Something was written to it once.</summary>
    public bool IsUsed => _last > 0;

    public int Count => _rows.Values.Count(static row => row.Part.State != SpoolState.Failed);

    public IEnumerable<Row> Rows => _rows.Values;

    public byte[] BodyOf(MessageId id) => _bodies[id];

    public SpoolStatistics Statistics =>
        new(In(SpoolState.Waiting), In(SpoolState.Active), In(SpoolState.Held), In(SpoolState.Uncertain), In(SpoolState.Failed), 0, null);

    public List<SpoolLease> Insert(SpoolEntry entry, IReadOnlyDictionary<MessageId, byte[]> bodies)
    {
        List<SpoolLease> leases = [];
        foreach (var part in entry.Parts)
        {
            var row = Add(entry.Message, part);
            if (part.State == SpoolState.Active)
            {
                leases.Add(new SpoolLease(1, new SpooledDelivery(row.Number, entry.Message, part)));
            }
        }

        _bodies[entry.Message.Id] = bodies[entry.Message.Id];
        foreach (var notice in entry.Notices)
        {
            Insert(notice, bodies);
        }

        return leases;
    }

    public List<SpoolLease> Claim(SpoolClaim claim)
    {
        var due = _rows
            .Values.Where(row => row.Part.State is SpoolState.Waiting or SpoolState.Uncertain && row.Part.DueAt <= claim.Now)
            .Where(row => string.Equals(row.Part.Group, claim.Group, StringComparison.OrdinalIgnoreCase))
            .Where(row => !claim.ExpiredOnly || row.Part.ExpiresAt <= claim.Now)
            .OrderBy(static row => row.Part.DueAt)
            .Take(claim.Limit)
            .ToList();
        return due.ConvertAll(row =>
        {
            var before = row.Part with { AwaitsRoom = false }; // it has room, or looks for it
            row.Part = before with { State = SpoolState.Active };
            row.Generation++;
            return new SpoolLease(row.Generation, new SpooledDelivery(row.Number, row.Message, before));
        });
    }

    public void BeginAttempt(SpoolLease lease, string upstream, EarlierAttempts? earlier, IReadOnlyDictionary<MessageId, byte[]> bodies)
    {
        var row = Leased(lease);
        row.Part = row.Part with { Upstream = upstream, Recipients = earlier?.Open ?? row.Part.Recipients };
        foreach (var part in earlier?.Settled.Remaining ?? [])
        {
            Add(row.Message, part);
        }

        foreach (var notice in earlier?.Settled.Notices ?? [])
        {
            Insert(notice, bodies);
        }
    }

    public void Settle(SpoolLease lease, Settlement settlement, IReadOnlyDictionary<MessageId, byte[]> bodies)
    {
        var row = Leased(lease);
        if (settlement.Remaining.Count == 0)
        {
            _rows.Remove(row.Number);
        }
        else
        {
            row.Part = settlement.Remaining[0];
            foreach (var part in settlement.Remaining.Skip(1))
            {
                Add(row.Message, part);
            }
        }

        foreach (var notice in settlement.Notices)
        {
            Insert(notice, bodies);
        }
    }

    public void ForgetGroups()
    {
        foreach (var row in _rows.Values.Where(static row => row.Part.State is SpoolState.Waiting or SpoolState.Uncertain))
        {
            row.Part = row.Part with { Group = "" };
        }
    }

    public void BringForward(string? group, DateTimeOffset now)
    {
        foreach (var row in _rows.Values.Where(row => row.Part is { State: SpoolState.Waiting or SpoolState.Uncertain, AwaitsRoom: true }))
        {
            if ((group is null || row.Part.Group == group) && row.Part.DueAt > now)
            {
                row.Part = row.Part with { DueAt = now, AwaitsRoom = false };
            }
        }
    }

    /// <summary>What a start does with the leases of the process before.</summary>
    public void Recover(DateTimeOffset now, TimeSpan uncertainDelay)
    {
        foreach (var row in _rows.Values.Where(static row => row.Part.State == SpoolState.Active))
        {
            row.Part = row.Part.Upstream is null
                ? row.Part with
                {
                    State = SpoolState.Waiting,
                    DueAt = now,
                }
                : row.Part with
                {
                    State = SpoolState.Uncertain,
                    DueAt = now + uncertainDelay,
                    UncertainSince = row.Part.UncertainSince ?? now,
                };
        }
    }

    private Row Add(SpooledMessage message, SpoolPart part)
    {
        var row = new Row(++_last, message) { Part = part };
        _rows.Add(row.Number, row);
        return row;
    }

    private Row Leased(SpoolLease lease) =>
        _rows.TryGetValue(lease.Delivery.Row, out var row) && row.Generation == lease.Generation && row.Part.State == SpoolState.Active
            ? row
            : throw new LeaseLostException("another has it");

    private int In(SpoolState state) => _rows.Values.Count(row => row.Part.State == state);

    internal sealed class Row(long number, SpooledMessage message)
    {
        public long Number { get; } = number;

        public SpooledMessage Message { get; } = message;

        public required SpoolPart Part { get; set; }

        public long Generation { get; set; } = 1;
    }
}
