using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Upstreams.Pace;

namespace Relay.Simulation.Spool;

/// <summary>What is on disk: the rows and bodies of a spool. Outlives the process that writes them.</summary>
internal sealed class SimulatedDisk
{
    private readonly SortedDictionary<long, Row> _rows = [];
    private readonly Dictionary<string, WaitingRows> _waiting = new(StringComparer.OrdinalIgnoreCase);
    private readonly int[] _in = new int[Enum.GetValues<SpoolState>().Length];
    private readonly Dictionary<MessageId, byte[]> _bodies = [];
    private long _last;

    /// <summary>Something was written to it once.</summary>
    public bool IsUsed => _last > 0;

    public int Count => _rows.Count - In(SpoolState.Failed);

    public IEnumerable<Row> Rows => _rows.Values;

    /// <summary>What accounts have used of their quotas, as it was written last.</summary>
    public Dictionary<string, QuotaRecord> Quotas { get; } = new(StringComparer.Ordinal);

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
        var waiting = WaitingIn(claim.Group);
        var due = claim.ExpiredOnly
            ? WaitingRows
                .Until(waiting.ByExpiry, claim.Now)
                .Where(number => _rows[number].Part.DueAt <= claim.Now)
                .OrderBy(number => _rows[number].Part.DueAt)
            : WaitingRows.Until(waiting.ByDue, claim.Now);
        return due.Take(claim.Limit)
            .Select(number => _rows[number])
            .ToList()
            .ConvertAll(row =>
            {
                var before = row.Part with { AwaitsRoom = false }; // it has room, or looks for it
                Put(row, before with { State = SpoolState.Active });
                row.Generation++;
                return new SpoolLease(row.Generation, new SpooledDelivery(row.Number, row.Message, before));
            });
    }

    public void BeginAttempt(SpoolLease lease, string upstream, EarlierAttempts? earlier, IReadOnlyDictionary<MessageId, byte[]> bodies)
    {
        var row = Leased(lease);
        Put(row, row.Part with { Upstream = upstream, Recipients = earlier?.Open ?? row.Part.Recipients });
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
            Unlist(row);
            _rows.Remove(row.Number);
        }
        else
        {
            Put(row, settlement.Remaining[0]);
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

    public void ForgetGroups(IReadOnlyCollection<string> groups)
    {
        foreach (
            var row in _rows.Values.Where(row =>
                row.IsListed && !(row.Part.IsGroupChosen && groups.Contains(row.Part.Group, StringComparer.Ordinal))
            )
        )
        {
            Put(row, row.Part with { Group = "" });
        }
    }

    public void BringForward(string? group, DateTimeOffset now)
    {
        foreach (var row in _rows.Values.Where(row => row is { IsListed: true, Part.AwaitsRoom: true }))
        {
            if (group is null || row.Part.Group == group)
            {
                var due = row.Part.DueAt < now ? row.Part.DueAt : now;
                Put(row, row.Part with { DueAt = due, AwaitsRoom = false });
            }
        }
    }

    /// <summary>What a start does with the leases of the process before.</summary>
    public void Recover(DateTimeOffset now, TimeSpan uncertainDelay)
    {
        foreach (var row in _rows.Values.Where(static row => row.Part.State == SpoolState.Active))
        {
            var part = row.Part;
            Put(
                row,
                part.Upstream is null
                    ? part with
                    {
                        State = SpoolState.Waiting,
                        DueAt = now,
                    }
                    : part with
                    {
                        State = SpoolState.Uncertain,
                        DueAt = now + uncertainDelay,
                        UncertainSince = now,
                    }
            );
        }
    }

    private Row Add(SpooledMessage message, SpoolPart part)
    {
        var row = new Row(++_last, message) { Part = part };
        _rows.Add(row.Number, row);
        List(row);
        return row;
    }

    /// <summary>A row says something else from now on.</summary>
    private void Put(Row row, SpoolPart part)
    {
        Unlist(row);
        row.Part = part;
        List(row);
    }

    private void List(Row row)
    {
        _in[(int)row.Part.State]++;
        if (row.IsListed)
        {
            WaitingIn(row.Part.Group).Add(row);
        }
    }

    private void Unlist(Row row)
    {
        _in[(int)row.Part.State]--;
        if (row.IsListed)
        {
            WaitingIn(row.Part.Group).Remove(row);
        }
    }

    private WaitingRows WaitingIn(string group)
    {
        if (!_waiting.TryGetValue(group, out var waiting))
        {
            _waiting.Add(group, waiting = new WaitingRows());
        }

        return waiting;
    }

    private Row Leased(SpoolLease lease) =>
        _rows.TryGetValue(lease.Delivery.Row, out var row) && row.Generation == lease.Generation && row.Part.State == SpoolState.Active
            ? row
            : throw new LeaseLostException("another has it");

    private int In(SpoolState state) => _in[(int)state];

    /// <summary>The rows of a group that may be claimed, found as by the indexes of a database: a day has tens of thousands of them.</summary>
    private sealed class WaitingRows
    {
        public SortedSet<(DateTimeOffset At, long Number)> ByDue { get; } = [];

        public SortedSet<(DateTimeOffset At, long Number)> ByExpiry { get; } = [];

        public static IEnumerable<long> Until(SortedSet<(DateTimeOffset At, long Number)> index, DateTimeOffset now) =>
            index.TakeWhile(entry => entry.At <= now).Select(static entry => entry.Number);

        public void Add(Row row)
        {
            ByDue.Add((row.Part.DueAt, row.Number));
            ByExpiry.Add((row.Part.ExpiresAt, row.Number));
        }

        public void Remove(Row row)
        {
            ByDue.Remove((row.Part.DueAt, row.Number));
            ByExpiry.Remove((row.Part.ExpiresAt, row.Number));
        }
    }

    internal sealed class Row(long number, SpooledMessage message)
    {
        public long Number { get; } = number;

        public SpooledMessage Message { get; } = message;

        public required SpoolPart Part { get; set; }

        /// <summary>It waits for somebody to claim it.</summary>
        public bool IsListed => Part.State is SpoolState.Waiting or SpoolState.Uncertain;

        public long Generation { get; set; } = 1;
    }
}
