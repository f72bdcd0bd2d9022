using Relay.Core.Messages;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>What the spool's writes consist of. Statements of one write never look at each other's results, so that a whole batch is one round trip.</summary>
/// <param name="keepRecords">How long a record of what failed is kept.</param>
/// <param name="time">The clock.</param>
internal sealed class SpoolStatements(TimeSpan keepRecords, TimeProvider time)
{
    public List<SpoolLease> Insert(WritePlan plan, SpoolEntry entry, PreparedBodies bodies)
    {
        var message = entry.Message;
        List<SpoolLease> leases = [];
        foreach (var part in entry.Parts)
        {
            var row = InsertRow(plan, message, part);
            if (part.State == SpoolState.Active)
            {
                leases.Add(new SpoolLease(1, new SpooledDelivery(row, message, part)) { IsAlone = entry.IsAlone });
            }
        }

        if (bodies.ContentOf(message.Id) is { } content)
        {
            plan.Run("insert-body", Id(message), Value.Integer(0), Value.Bytes(content));
        }

        AddRecords(plan, message, entry.Failures);
        AddAttempts(plan, message, entry.Attempts);
        AddNotices(plan, entry.Notices, bodies);
        plan.IsWorkForOthers |= entry.Parts.Count > leases.Count;
        return leases;
    }

    public static List<SpoolLease> Claim(WritePlan plan, SpoolClaim claim)
    {
        List<SpoolLease> leases = [];
        plan.Query(
            claim.ExpiredOnly ? "claim-expired" : "claim",
            reader =>
            {
                var (delivery, generation) = Rows.ReadClaimed(reader);
                leases.Add(new SpoolLease(generation, delivery));
                plan.Counts.Moved(delivery.Part.State, SpoolState.Active);
            },
            Value.Number(plan.Node),
            Value.Text(claim.Group),
            Value.Number(Rows.Time(claim.Now)),
            Value.Integer(claim.Limit)
        );
        return leases;
    }

    /// <summary>The row names the server that may get the message now.</summary>
    /// <param name="plan">Of the write.</param>
    /// <param name="lease">On the row.</param>
    /// <param name="upstream">Name of the server.</param>
    /// <param name="open">Those that stay in the row; null for all.</param>
    public static void Name(WritePlan plan, SpoolLease lease, string upstream, IReadOnlyList<EnvelopeRecipient>? open) =>
        plan.Insist(
            "begin-attempt",
            Value.Number(lease.Delivery.Row),
            Value.Number(lease.Generation),
            Value.Text(upstream),
            Value.Text(open is null ? null : Rows.Recipients(open))
        );

    /// <summary>The row names the next server, and those that are settled leave it.</summary>
    public void Begin(WritePlan plan, SpoolLease lease, string upstream, EarlierAttempts earlier, PreparedBodies bodies)
    {
        var (message, settled) = (lease.Delivery.Message, earlier.Settled);
        Name(plan, lease, upstream, earlier.Open);
        AddRows(plan, message, settled.Remaining);
        AddRecords(plan, message, settled.Failures);
        AddNotices(plan, settled.Notices, bodies);
        AddAttempts(plan, message, settled.Attempts);
    }

    public void Settle(WritePlan plan, SpoolLease lease, Settlement settlement, PreparedBodies bodies)
    {
        var (message, remaining) = (lease.Delivery.Message, settlement.Remaining);
        var (number, generation) = (Value.Number(lease.Delivery.Row), Value.Number(lease.Generation));
        if (lease.IsAlone && remaining.Count == 0 && settlement.Failures.Count == 0)
        {
            plan.Insist("delete-alone", number, generation); // nothing else bears the message's name
            plan.Counts.Removed(SpoolState.Active, message.Size);
            AddNotices(plan, settlement.Notices, bodies);
            return;
        }

        if (remaining.Count == 0)
        {
            plan.Insist("delete-delivery", number, generation);
            plan.Counts.Removed(SpoolState.Active, message.Size);
        }
        else
        {
            Update(plan, lease, remaining[0]);
            AddRows(plan, message, remaining.Skip(1));
        }

        AddRecords(plan, message, settlement.Failures);
        AddNotices(plan, settlement.Notices, bodies);
        AddAttempts(plan, message, settlement.Attempts);
        if (remaining.Count == 0)
        {
            Forget(plan, message);
        }
    }

    /// <summary>Does it to a row that is still as it was looked at.</summary>
    public static void Change(WritePlan plan, SpooledDelivery row, long generation, QueueAction action, Action changed)
    {
        var part = row.Part;
        var (number, count, state) = (Value.Number(row.Row), Value.Number(generation), Value.Integer((int)part.State));
        if (action is QueueAction.Delete)
        {
            plan.Query("delete-row", _ => Changed(() => plan.Counts.Removed(part.State, row.Message.Size)), number, count, state);
            Forget(plan, row.Message);
            return;
        }

        var after = action.ApplyTo(part);
        plan.Query(
            "change-row",
            _ => Changed(() => plan.Counts.Moved(part.State, after.State)),
            number,
            count,
            state,
            Value.Integer((int)after.State),
            Value.Number(Rows.Time(after.DueAt)),
            Value.Text(after.Group),
            Value.Text(after.Reason),
            Value.Text(after.Upstream),
            Value.Flag(after.IsGroupChosen)
        );

        void Changed(Action count)
        {
            count();
            changed();
        }
    }

    private static void Update(WritePlan plan, SpoolLease lease, SpoolPart part)
    {
        plan.Insist(
            "update-delivery",
            Value.Number(lease.Delivery.Row),
            Value.Number(lease.Generation),
            Value.Text(part.Group),
            Value.Integer((int)part.State),
            Value.Number(Rows.Time(part.DueAt)),
            Value.Number(Rows.Time(part.ExpiresAt)),
            Value.Integer(part.Runs),
            Value.Text(part.Upstream),
            Value.Number(part.UncertainSince is { } since ? Rows.Time(since) : null),
            Value.Flag(part.IsDelayTold),
            Value.Text(part.Reason),
            Value.Text(Rows.Recipients(part.Recipients)),
            Value.Flag(part.AwaitsRoom),
            Value.Flag(part.IsGroupChosen)
        );
        plan.Counts.Moved(SpoolState.Active, part.State);
    }

    /// <summary>The body and the history go when nothing needs them any more.</summary>
    private static void Forget(WritePlan plan, SpooledMessage message)
    {
        plan.Run("delete-body", Id(message));
        plan.Run("delete-attempts", Id(message));
    }

    private static void AddRows(WritePlan plan, SpooledMessage message, IEnumerable<SpoolPart> parts)
    {
        foreach (var part in parts)
        {
            InsertRow(plan, message, part);
            plan.IsWorkForOthers = true;
        }
    }

    private void AddRecords(WritePlan plan, SpooledMessage message, IReadOnlyList<FailedRecipient> failures)
    {
        foreach (var alike in failures.GroupBy(static failure => failure.Reason, StringComparer.Ordinal))
        {
            var now = time.GetUtcNow();
            InsertRow(
                plan,
                message,
                new SpoolPart
                {
                    Group = "",
                    Recipients = [.. alike.Select(static failure => failure.Recipient)],
                    State = SpoolState.Failed,
                    DueAt = now,
                    ExpiresAt = now + keepRecords,
                    Reason = alike.Key,
                }
            );
        }
    }

    private void AddAttempts(WritePlan plan, SpooledMessage message, IReadOnlyList<AttemptRecord> attempts)
    {
        foreach (var attempt in attempts)
        {
            plan.Run(
                "insert-attempt",
                Id(message),
                Value.Number(Rows.Time(time.GetUtcNow())),
                Value.Text(attempt.Upstream),
                Value.Text(attempt.Summary),
                Value.Number((long)attempt.Duration.TotalMilliseconds)
            );
        }
    }

    private void AddNotices(WritePlan plan, IReadOnlyList<SpoolEntry> notices, PreparedBodies bodies)
    {
        foreach (var notice in notices)
        {
            Insert(plan, notice, bodies);
        }
    }

    private static long InsertRow(WritePlan plan, SpooledMessage message, SpoolPart part)
    {
        var number = plan.NextNumber();
        plan.Counts.Added(part.State, message.Size);
        plan.Run(
            "insert-delivery",
            Value.Number(number),
            Id(message),
            Value.Text(part.Group),
            Value.Integer((int)part.State),
            Value.Number(Rows.Time(part.DueAt)),
            Value.Number(Rows.Time(part.ExpiresAt)),
            Value.Number(Rows.Time(message.ReceivedAt)),
            Value.Integer(part.Runs),
            Value.Text(part.Upstream),
            Value.Number(part.UncertainSince is { } since ? Rows.Time(since) : null),
            Value.Flag(part.IsDelayTold),
            Value.Text(part.Reason),
            Value.Number(part.State == SpoolState.Active ? plan.Node : null),
            Value.Text(message.Envelope.Sender.Text),
            Value.Text(Rows.Recipients(part.Recipients)),
            Value.Text(Rows.Details(message)),
            Value.Number(message.Size),
            Value.Flag(part.AwaitsRoom),
            Value.Flag(part.IsGroupChosen)
        );
        return number;
    }

    private static Npgsql.NpgsqlParameter Id(SpooledMessage message) => Value.Bytes(Rows.Id(message.Id));
}
