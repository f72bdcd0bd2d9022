using Relay.Core.Configuration;
using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>Whether the shared spool takes messages. The disk is the database's own matter: when it is full, writes fail.</summary>
internal sealed class SharedSpoolCondition(
    SpoolOptions options,
    PostgreSqlDatabase database,
    NodeLease lease,
    SpoolWriter writer,
    DiskReserve reserve,
    SharedCounts counts
)
{
    private const string NoLease = "this node's lease on the shared spool has run out";

    private volatile SpoolCondition _last = SpoolCondition.Good;

    public SpoolCondition Current
    {
        get
        {
            var (full, broken) = (WhyFull(), reserve.WhyFull ?? writer.Trouble.Why ?? database.WhyAway ?? (lease.IsHeld ? null : NoLease));
            var last = _last;
            if (
                !string.Equals(last.WhyFull, full, StringComparison.Ordinal)
                || !string.Equals(last.WhyBroken, broken, StringComparison.Ordinal)
            )
            {
                _last = last = new SpoolCondition(full, broken);
            }

            return last;
        }
    }

    private string? WhyFull()
    {
        var held = counts.Statistics;
        return options.MaximumMessages > 0 && held.Deliveries >= options.MaximumMessages ? $"the spool holds {held.Deliveries} messages"
            : options.MaximumSize > 0 && held.Bytes >= options.MaximumSize ? $"the spool holds {held.Bytes} bytes"
            : null;
    }
}
