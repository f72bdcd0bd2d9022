using System.Globalization;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Database;
using Relay.Core.Messages;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>
/// The spool that several nodes share: any of them takes what is due, under leases that hold as long as the node renews its own; what a dead one had is taken
/// over by another. While the database is away it takes nothing, and comes back by itself.
/// </summary>
internal sealed class PostgreSqlSpool : IMessageSpool, IAsyncDisposable
{
    private const string Channel = "relay_work";
    private const int Slice = SpoolKeeper.Slice;

    /// <summary>For a large body on a slow line.</summary>
    private static readonly TimeSpan BodyPatience = TimeSpan.FromMinutes(2);

    private readonly NodeLease _lease;
    private readonly HeldLeases _held = new();
    private readonly SharedCounts _counts = new();
    private readonly SpoolWriter _writer;
    private readonly SpoolKeeper _keeper;
    private readonly DiskReserve _reserve;
    private readonly SpoolStatements _statements;
    private readonly BodyPieces _bodies;
    private readonly SpoolReader _reader;
    private readonly SharedSpoolCondition _condition;
    private readonly TimeProvider _time;
    private int _isDisposed;

    /// <param name="database">Shared by all nodes; it may be away.</param>
    /// <param name="lease">This node among them.</param>
    /// <param name="notifications">Tell of work that other nodes have stored; heard once they start.</param>
    /// <param name="relay">Limits, and when a delivery is tried again whose outcome was not written down.</param>
    /// <param name="storage">Gives memory for bodies that are read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what is taken over.</param>
    public PostgreSqlSpool(
        PostgreSqlDatabase database,
        NodeLease lease,
        DatabaseNotifications notifications,
        RelayOptions relay,
        BodyStorage storage,
        TimeProvider time,
        ILogger<PostgreSqlSpool> logger
    )
    {
        (_lease, _time) = (lease, time);
        var delay = relay.Delivery.Uncertain == UncertainHandling.Retry ? relay.Delivery.UncertainDelay : TimeSpan.Zero;
        _statements = new SpoolStatements(relay.Spool.KeepRecords, time);
        _bodies = new BodyPieces(database, storage);
        _reader = new SpoolReader(database, _bodies);
        var sessions = new SpoolSessions(database, _held, delay, time);
        _writer = new SpoolWriter(sessions, lease, _counts, new WorkNotices(TimeProvider.System), TimeProvider.System);
        _reserve = new DiskReserve(database, _writer, time, logger);
        _condition = new SharedSpoolCondition(relay.Spool, database, lease, _writer, _reserve, _counts);
        _keeper = new SpoolKeeper(database, _writer, _counts, delay, time, logger);
        _keeper.Recovered += () => TellOfWork(isWork: true);
        lease.Registered += OnRegistered;
        lease.OthersExpired += OnOthersExpired;
        notifications.Hear(Channel, OnNotice);
    }

    public event Action? WorkArrived;

    public SpoolCondition Condition => _condition.Current;

    public SpoolStatistics Statistics => _counts.Statistics;

    /// <summary>Looks after what is shared, as is done each second by itself.</summary>
    public Task LookAsync() => _keeper.LookAsync();

    /// <summary>Looks after the room on the database's disk, as is done each second by itself.</summary>
    public Task LookAfterDiskAsync() => _reserve.LookAsync();

    /// <summary>Forgets records whose time is over; done now and then by itself.</summary>
    public Task PurgeAsync() => _keeper.PurgeAsync();

    public bool Holds(SpoolLease lease) => _lease.IsHeld && _held.Contains(lease);

    public async ValueTask<IReadOnlyList<SpoolLease>> StoreAsync(SpoolEntry entry, CancellationToken cancellationToken)
    {
        var bodies = await PrepareAsync([entry], cancellationToken);
        var leases = await _writer.WriteAsync<IReadOnlyList<SpoolLease>>(
            plan =>
            {
                var leases = _statements.Insert(plan, entry, bodies);
                return () => Held(leases);
            },
            isNewMail: true
        );
        TellOfWork(entry.Parts.Count > leases.Count || entry.Notices.Count > 0);
        return leases;
    }

    public async ValueTask<IReadOnlyList<SpoolLease>> ClaimAsync(SpoolClaim claim, CancellationToken cancellationToken)
    {
        if (_counts.IsKnownEmpty)
        {
            return [];
        }

        var leases = await _writer.WriteSoonAsync<IReadOnlyList<SpoolLease>>(
            plan =>
            {
                var leases = SpoolStatements.Claim(plan, claim);
                return () => Held(leases);
            },
            needsLease: true
        );
        return [.. leases.OrderBy(static lease => lease.Delivery.Part.DueAt)];
    }

    public async ValueTask<MessageBody> OpenBodyAsync(SpooledMessage message, CancellationToken cancellationToken) =>
        await _reader.OpenBodyAsync(message, cancellationToken);

    public async ValueTask<SpoolLease> BeginAttemptAsync(
        SpoolLease lease,
        string upstream,
        EarlierAttempts? earlier,
        CancellationToken cancellationToken
    )
    {
        if (!_held.Contains(lease))
        {
            throw new LeaseLostException($"the lease on row {lease.Delivery.Row} of the spool is another's now");
        }

        var bodies = earlier is null ? PreparedBodies.None : await PrepareAsync(earlier.Settled.Notices, cancellationToken);
        await UnderLeaseAsync(
            lease,
            _writer.WriteAsync<bool>(plan =>
            {
                if (earlier is null)
                {
                    SpoolStatements.Name(plan, lease, upstream, null);
                }
                else
                {
                    _statements.Begin(plan, lease, upstream, earlier, bodies);
                }

                return static () => true;
            })
        );
        if (!Holds(lease))
        {
            // The row names the server, and nothing has gone there: whoever has the row now, or will have it, only waits in vain.
            throw new SpoolUnavailableException("this node's lease on the shared spool has run out");
        }

        if (earlier is null)
        {
            return lease;
        }

        TellOfWork(earlier.Settled.Remaining.Count > 0 || earlier.Settled.Notices.Count > 0);
        return earlier.Narrow(lease);
    }

    public async ValueTask SettleAsync(SpoolLease lease, Settlement settlement, CancellationToken cancellationToken)
    {
        var bodies = settlement.Notices.Count == 0 ? PreparedBodies.None : await PrepareAsync(settlement.Notices, cancellationToken);
        await UnderLeaseAsync(
            lease,
            _writer.WriteSoonAsync<bool>(plan =>
            {
                _statements.Settle(plan, lease, settlement, bodies);
                return () =>
                {
                    _held.Remove(lease);
                    return true;
                };
            })
        );
        TellOfWork(settlement.Remaining.Count > 0 || settlement.Notices.Count > 0);
    }

    public async ValueTask<IReadOnlyList<SpooledDelivery>> ListAsync(QueueFilter filter, int limit, CancellationToken cancellationToken) =>
        [.. (await _reader.ListAsync(filter, limit, cancellationToken)).Select(static row => row.Delivery)];

    public async ValueTask<IReadOnlyList<AttemptEntry>> HistoryAsync(MessageId message, CancellationToken cancellationToken) =>
        await _reader.HistoryAsync(message, cancellationToken);

    public async ValueTask<QueueChange> ChangeAsync(QueueFilter filter, QueueAction action, int limit, CancellationToken cancellationToken)
    {
        var rows = await _reader.ListAsync(filter, Math.Min(limit, Slice), cancellationToken);
        var changed = await _writer.WriteAsync<int>(plan =>
        {
            var count = 0;
            foreach (var (delivery, generation) in rows.Where(row => action.AppliesTo(row.Delivery.Part.State)))
            {
                SpoolStatements.Change(plan, delivery, generation, action, () => count++);
            }

            return () => count;
        });
        TellOfWork(changed > 0);
        return new QueueChange(changed, rows.Count == 0 ? null : rows[^1].Delivery.Row);
    }

    public async ValueTask ForgetGroupsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellationToken)
    {
        string[] names = [.. groups];
        // A slice at a time: a hundred thousand rows at once would hold up everybody else.
        for (var (after, changed) = (0L, Slice); changed == Slice; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            var begin = after;
            (changed, after) = await _writer.WriteAsync<(int, long)>(plan =>
            {
                var (count, last) = (0, begin);
                plan.Query(
                    "forget-groups",
                    reader => (count, last) = (count + 1, Math.Max(last, reader.GetInt64(0))),
                    Value.Number(begin),
                    Value.Texts(names),
                    Value.Integer(Slice)
                );
                return () => (count, last);
            });
        }

        TellOfWork(isWork: true);
    }

    public async ValueTask BringForwardAsync(string? group, CancellationToken cancellationToken)
    {
        for (var changed = Slice; changed == Slice; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = await _writer.WriteAsync<int>(plan =>
            {
                var count = 0;
                var now = Value.Number(Rows.Time(_time.GetUtcNow()));
                plan.Query("bring-forward", _ => count++, now, Value.Text(group), Value.Integer(Slice));
                return () => count;
            });
        }
    }

    /// <summary>Once, however often: the container knows it as itself and as the spool.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _lease.Registered -= OnRegistered;
        _lease.OthersExpired -= OnOthersExpired;
        await _keeper.DisposeAsync();
        await _reserve.DisposeAsync();
        await _writer.DisposeAsync();
        await _bodies.DisposeAsync();
    }

    /// <summary>Large bodies are in the database before anything names them; small ones are read here, not in the one writer.</summary>
    private async Task<PreparedBodies> PrepareAsync(IReadOnlyList<SpoolEntry> entries, CancellationToken cancellationToken)
    {
        var bodies = new PreparedBodies();
        try
        {
            foreach (var entry in entries)
            {
                await Deadline.KeepAsync(
                    token => bodies.AddAsync(entry, _bodies, token),
                    BodyPatience,
                    TimeProvider.System,
                    cancellationToken
                );
            }

            return bodies;
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure, cancellationToken))
        {
            throw new SpoolUnavailableException($"the spool cannot be written: {DatabaseTrouble.Describe(failure)}", failure);
        }
    }

    /// <summary>Called by the writer, before its next batch: what is held must be known when a session looks for what is not.</summary>
    private List<SpoolLease> Held(List<SpoolLease> leases)
    {
        leases.ForEach(_held.Add);
        return leases;
    }

    private async Task UnderLeaseAsync(SpoolLease lease, Task write)
    {
        try
        {
            await write;
        }
        catch (LeaseLostException)
        {
            _held.Remove(lease);
            throw;
        }
    }

    /// <summary>Under another name: whatever was claimed under the one before is anybody's.</summary>
    private void OnRegistered(long node)
    {
        _held.Clear();
        TellOfWork(isWork: true);
    }

    private void OnOthersExpired(IReadOnlyList<long> nodes) => _ = _keeper.LookAsync();

    /// <summary>Null: the connection was broken, and anything may have been told.</summary>
    private void OnNotice(string? node)
    {
        if (node is null || !string.Equals(node, _lease.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
        {
            _counts.Distrust();
            TellOfWork(isWork: true);
        }
    }

    private void TellOfWork(bool isWork)
    {
        if (isWork)
        {
            WorkArrived?.Invoke();
        }
    }
}
