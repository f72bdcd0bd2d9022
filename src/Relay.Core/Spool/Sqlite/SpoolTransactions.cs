using System.Globalization;
using Relay.Core.Messages;

namespace Relay.Core.Spool.Sqlite;

/// <summary>What the writer does within one commit, statement by statement.</summary>
/// <param name="owner">Name of this node, for leases.</param>
/// <param name="keepRecords">How long a record of what failed is kept.</param>
/// <param name="time">The clock.</param>
internal sealed class SpoolTransactions(string owner, TimeSpan keepRecords, TimeProvider time)
{
    public List<SpoolLease> Insert(Statements statements, SpoolCounts counts, SpoolEntry entry, PreparedEntries prepared)
    {
        var message = entry.Message;
        var id = Rows.Id(message.Id);
        List<SpoolLease> leases = [];
        var content = prepared.ContentOf(message.Id);
        foreach (var part in entry.Parts)
        {
            var row = InsertRow(statements, counts, message, id, part, prepared, entry.Parts.Count == 1 ? content : null);
            if (part.State == SpoolState.Active)
            {
                leases.Add(new SpoolLease(1, new SpooledDelivery(row, message, part)) { IsAlone = entry.IsAlone });
            }
        }

        if (entry.Parts.Count > 1 && content is not null)
        {
            statements.Execute("insert-body", ("message", id), ("content", content));
        }

        AddRecord(statements, counts, message, id, entry.Failures, prepared);
        AddAttempts(statements, id, entry.Attempts);
        foreach (var notice in entry.Notices)
        {
            Insert(statements, counts, notice, prepared);
        }

        return leases;
    }

    private long InsertRow(
        Statements statements,
        SpoolCounts counts,
        SpooledMessage message,
        byte[] id,
        SpoolPart part,
        PreparedEntries prepared,
        byte[]? content = null
    )
    {
        counts.Added(part.State, message.Size);
        return (long)
            statements.Scalar(
                "insert-delivery",
                ("message", id),
                ("grp", part.Group),
                ("state", (int)part.State),
                ("due_at", Rows.Time(part.DueAt)),
                ("expires_at", Rows.Time(part.ExpiresAt)),
                ("received_at", Rows.Time(message.ReceivedAt)),
                ("runs", part.Runs),
                ("upstream", part.Upstream),
                ("uncertain_since", part.UncertainSince is { } since ? Rows.Time(since) : null),
                ("is_delay_told", part.IsDelayTold),
                ("reason", part.Reason),
                ("owner", part.State == SpoolState.Active ? owner : null),
                ("sender", message.Envelope.Sender.Text),
                ("recipients", prepared.RecipientsOf(part)),
                ("details", prepared.DetailsOf(message)),
                ("size", message.Size),
                ("content", content),
                ("awaits_room", part.AwaitsRoom),
                ("is_group_chosen", part.IsGroupChosen)
            )!;
    }

    public List<SpoolLease> Claim(Statements statements, SpoolCounts counts, SpoolClaim claim)
    {
        var rows = statements.Query(
            claim.ExpiredOnly ? "claim-expired" : "claim",
            Rows.ReadClaimed,
            ("owner", owner),
            ("grp", claim.Group),
            ("now", Rows.Time(claim.Now)),
            ("limit", claim.Limit)
        );
        foreach (var (delivery, _) in rows)
        {
            counts.Moved(delivery.Part.State, SpoolState.Active);
        }

        return [.. rows.OrderBy(static row => row.Delivery.Part.DueAt).Select(static row => new SpoolLease(row.Generation, row.Delivery))];
    }

    /// <summary>The row names the server that may get the message now.</summary>
    /// <param name="statements">Within a commit.</param>
    /// <param name="lease">On the row.</param>
    /// <param name="upstream">Name of the server.</param>
    /// <param name="open">Those that stay in the row; null for all.</param>
    public static int Name(Statements statements, SpoolLease lease, string upstream, IReadOnlyList<EnvelopeRecipient>? open) =>
        Check(
            statements.Execute(
                "begin-attempt",
                ("upstream", upstream),
                ("recipients", open is null ? null : Rows.Recipients(open)),
                ("number", lease.Delivery.Row),
                ("generation", lease.Generation)
            ),
            lease
        );

    /// <summary>The row names the next server, and those that are settled leave it.</summary>
    public int Begin(
        Statements statements,
        SpoolCounts counts,
        SpoolLease lease,
        string upstream,
        EarlierAttempts earlier,
        PreparedEntries prepared
    )
    {
        var named = Name(statements, lease, upstream, earlier.Open);
        Split(statements, counts, lease, earlier.Settled.Remaining, prepared);
        Tell(statements, counts, lease, earlier.Settled, prepared);
        AddAttempts(statements, Rows.Id(lease.Delivery.Message.Id), earlier.Settled.Attempts);
        return named;
    }

    /// <summary>True when the body is needed no more.</summary>
    public bool Settle(Statements statements, SpoolCounts counts, SpoolLease lease, Settlement settlement, PreparedEntries prepared)
    {
        var message = lease.Delivery.Message;
        var id = Rows.Id(message.Id);
        if (settlement.Remaining.Count == 0)
        {
            Check(statements.Execute("delete-delivery", ("number", lease.Delivery.Row), ("generation", lease.Generation)), lease);
            counts.Removed(SpoolState.Active, message.Size);
        }
        else
        {
            Update(statements, counts, lease, settlement.Remaining[0]);
            Split(statements, counts, lease, [.. settlement.Remaining.Skip(1)], prepared);
        }

        Tell(statements, counts, lease, settlement, prepared);
        if (lease.IsAlone && settlement is { Remaining.Count: 0, Failures.Count: 0 })
        {
            return true; // the body went with the row
        }

        var isDone = settlement.Remaining.Count == 0 && !HasDeliveries(statements, id);
        if (!isDone || settlement.Failures.Count > 0)
        {
            AddAttempts(statements, id, settlement.Attempts);
        }

        if (isDone)
        {
            Forget(statements, message, id);
        }

        return isDone;
    }

    /// <summary>Rows beside that of the lease; the body is theirs too.</summary>
    private void Split(
        Statements statements,
        SpoolCounts counts,
        SpoolLease lease,
        IReadOnlyList<SpoolPart> parts,
        PreparedEntries prepared
    )
    {
        if (parts.Count == 0)
        {
            return;
        }

        statements.Execute("share-body", ("number", lease.Delivery.Row));
        statements.Execute("drop-content", ("number", lease.Delivery.Row));
        var message = lease.Delivery.Message;
        foreach (var part in parts)
        {
            InsertRow(statements, counts, message, Rows.Id(message.Id), part, prepared);
        }
    }

    /// <summary>The records and messages that a settlement causes.</summary>
    private void Tell(Statements statements, SpoolCounts counts, SpoolLease lease, Settlement settlement, PreparedEntries prepared)
    {
        var message = lease.Delivery.Message;
        AddRecord(statements, counts, message, Rows.Id(message.Id), settlement.Failures, prepared);
        foreach (var notice in settlement.Notices)
        {
            Insert(statements, counts, notice, prepared);
        }
    }

    private static void Update(Statements statements, SpoolCounts counts, SpoolLease lease, SpoolPart part)
    {
        var changed = statements.Execute(
            "update-delivery",
            ("grp", part.Group),
            ("state", (int)part.State),
            ("due_at", Rows.Time(part.DueAt)),
            ("expires_at", Rows.Time(part.ExpiresAt)),
            ("runs", part.Runs),
            ("upstream", part.Upstream),
            ("uncertain_since", part.UncertainSince is { } since ? Rows.Time(since) : null),
            ("is_delay_told", part.IsDelayTold),
            ("reason", part.Reason),
            ("recipients", Rows.Recipients(part.Recipients)),
            ("awaits_room", part.AwaitsRoom),
            ("is_group_chosen", part.IsGroupChosen),
            ("number", lease.Delivery.Row),
            ("generation", lease.Generation)
        );
        Check(changed, lease);
        counts.Moved(SpoolState.Active, part.State);
    }

    /// <summary>True when the body is needed no more.</summary>
    public static bool Change(Statements statements, SpoolCounts counts, SpooledDelivery row, QueueAction action)
    {
        var (part, id) = (row.Part, Rows.Id(row.Message.Id));
        if (action is QueueAction.Delete)
        {
            statements.Execute("delete-row", ("number", row.Row));
            counts.Removed(part.State, row.Message.Size);
            var isDone = !HasDeliveries(statements, id);
            if (isDone)
            {
                Forget(statements, row.Message, id);
            }

            return isDone;
        }

        var changed = action.ApplyTo(part);
        statements.Execute(
            "change-row",
            ("state", (int)changed.State),
            ("due_at", Rows.Time(changed.DueAt)),
            ("grp", changed.Group),
            ("reason", changed.Reason),
            ("upstream", changed.Upstream),
            ("is_group_chosen", changed.IsGroupChosen),
            ("number", row.Row)
        );
        counts.Moved(part.State, changed.State);
        return false;
    }

    private static void Forget(Statements statements, SpooledMessage message, byte[] id)
    {
        if (message.Size <= BodyFiles.LargestInDatabase)
        {
            statements.Execute("delete-body", ("message", id));
        }

        statements.Execute("delete-attempts", ("message", id));
    }

    private void AddRecord(
        Statements statements,
        SpoolCounts counts,
        SpooledMessage message,
        byte[] id,
        IReadOnlyList<FailedRecipient> failures,
        PreparedEntries prepared
    )
    {
        foreach (var alike in failures.GroupBy(static failure => failure.Reason, StringComparer.Ordinal))
        {
            var part = new SpoolPart
            {
                Group = "",
                Recipients = [.. alike.Select(static failure => failure.Recipient)],
                State = SpoolState.Failed,
                DueAt = time.GetUtcNow(),
                ExpiresAt = time.GetUtcNow() + keepRecords,
                Reason = alike.Key,
            };
            InsertRow(statements, counts, message, id, part, prepared);
        }
    }

    private void AddAttempts(Statements statements, byte[] id, IReadOnlyList<AttemptRecord> attempts)
    {
        foreach (var attempt in attempts)
        {
            statements.Execute(
                "insert-attempt",
                ("message", id),
                ("at", Rows.Time(time.GetUtcNow())),
                ("upstream", attempt.Upstream),
                ("summary", attempt.Summary),
                ("milliseconds", (long)attempt.Duration.TotalMilliseconds)
            );
        }
    }

    public static List<SpooledDelivery> List(Statements statements, QueueFilter filter, int limit) =>
        statements.Query(
            "list",
            Rows.ReadListed,
            ("after", filter.After),
            ("message", filter.Message is { } message ? Rows.Id(message) : null),
            ("state", filter.State is { } state ? (int)state : null),
            ("grp", filter.Group),
            ("sender", Rows.Pattern(filter.Sender)),
            ("recipient", Rows.Pattern(filter.Recipient)),
            ("limit", limit)
        );

    public static int Check(int changed, SpoolLease lease) =>
        changed == 1 ? changed : throw new LeaseLostException($"the lease on row {lease.Delivery.Row} of the spool is another's now");

    public static bool HasDeliveries(Statements statements, byte[] message) =>
        Convert.ToInt64(statements.Scalar("has-deliveries", ("message", message)), CultureInfo.InvariantCulture) != 0;
}
