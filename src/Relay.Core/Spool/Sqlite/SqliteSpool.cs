using System.Text.Json;
using Microsoft.Data.Sqlite;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Spool.Sqlite;

/// <summary>The embedded spool: one SQLite database in WAL mode with synchronous=FULL, written by one writer; one process owns it.</summary>
internal sealed class SqliteSpool : IMessageSpool, IAsyncDisposable
{
    /// <summary>Rows that one write changes at most, so that stores behind it do not wait long.</summary>
    private const int Slice = 1000;

    private static readonly TimeSpan PurgeInterval = TimeSpan.FromMinutes(10);

    private readonly SpoolDatabase _database;
    private readonly BodyFiles _files;
    private readonly SpoolCounts _counts;
    private readonly SpoolWriter _writer;
    private readonly SpoolLimits _limits;
    private readonly BodyStorage _storage;
    private readonly TimeProvider _time;
    private readonly ITimer _purge;
    private readonly SpoolTransactions _transactions;

    private SqliteSpool(SpoolDatabase database, BodyFiles files, SpoolOptions options, string owner, BodyStorage storage, TimeProvider time)
    {
        (_database, _files, _storage, _time) = (database, files, storage, time);
        _transactions = new SpoolTransactions(owner, options.KeepRecords, time);
        _counts = new SpoolCounts(time);
        var statements = new Statements(database.Writer);
        _counts.Load(statements);
        _writer = new SpoolWriter(statements, _counts, TimeProvider.System);
        _limits = new SpoolLimits(options, this, time);
        _purge = time.CreateTimer(static spool => _ = ((SqliteSpool)spool!).PurgeQuietlyAsync(), this, PurgeInterval, PurgeInterval);
    }

    public event Action? WorkArrived;

    public SpoolCondition Condition => _limits.Condition;

    public SpoolStatistics Statistics => _counts.Statistics;

    /// <summary>Why the last write failed; null when it did not.</summary>
    public string? Trouble => _writer.Trouble;

    /// <summary>Opens or creates the spool, and puts right what the process before left: leases, and files without a row.</summary>
    /// <param name="relay">Where it is, its limits, and when a delivery is tried again whose outcome the process before has not written down.</param>
    /// <param name="storage">Gives memory for prepared that are read.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SpoolOpenException">It is damaged, newer, in use, or cannot be reached. Nothing was changed.</exception>
    public static SqliteSpool Open(RelayOptions relay, BodyStorage storage, TimeProvider time)
    {
        var options = relay.Spool;
        var delay = relay.Delivery.Uncertain == UncertainHandling.Retry ? relay.Delivery.UncertainDelay : TimeSpan.Zero;
        var database = SpoolDatabase.Open(options.Path);
        try
        {
            var files = new BodyFiles(options.Path + ".bodies");
            var now = time.GetUtcNow();
            using (var statements = new Statements(database.Writer))
            {
                statements.Execute("recover", ("now", Rows.Time(now)), ("uncertain_due", Rows.Time(now + delay)));
                files.Sweep(id => SpoolTransactions.HasDeliveries(statements, Rows.Id(id)));
            }

            return new SqliteSpool(database, files, options, relay.HostName, storage, time);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            database.Dispose();
            throw new SpoolOpenException($"the spool {options.Path} cannot be opened: {failure.Message}", failure);
        }
    }

    public async ValueTask<IReadOnlyList<SpoolLease>> StoreAsync(SpoolEntry entry, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync([entry], cancellationToken);
        try
        {
            var leases = await _writer.WriteAsync((statements, counts) => _transactions.Insert(statements, counts, entry, prepared));
            TellOfWork(entry.Parts.Count > leases.Count || entry.Notices.Count > 0);
            return leases;
        }
        catch
        {
            prepared.DeleteFiles(_files);
            throw;
        }
    }

    public async ValueTask<IReadOnlyList<SpoolLease>> ClaimAsync(SpoolClaim claim, CancellationToken cancellationToken) =>
        await _writer.WriteAsync((statements, counts) => _transactions.Claim(statements, counts, claim));

    public async ValueTask<MessageBody> OpenBodyAsync(SpooledMessage message, CancellationToken cancellationToken)
    {
        try
        {
            if (message.Size > BodyFiles.LargestInDatabase)
            {
                return new MessageBody(_storage, _files.Open(message.Id), message.Size) { Traits = message.Traits };
            }

            using var writer = _storage.CreateWriter();
            writer.Write(ReadContent(message.Id));
            await writer.FlushAsync(cancellationToken);
            return writer.Complete(message.Traits);
        }
        catch (FileNotFoundException failure)
        {
            throw new BodyLostException($"its body is lost: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new SpoolUnavailableException($"the body of {message.Id} cannot be read: {failure.Message}", failure);
        }
    }

    public async ValueTask<SpoolLease> BeginAttemptAsync(
        SpoolLease lease,
        string upstream,
        EarlierAttempts? earlier,
        CancellationToken cancellationToken
    )
    {
        if (earlier is null)
        {
            await _writer.WriteAsync((statements, _) => SpoolTransactions.Name(statements, lease, upstream, null));
            return lease;
        }

        var prepared = await PrepareAsync(earlier.Settled.Notices, cancellationToken);
        try
        {
            await _writer.WriteAsync((statements, counts) => _transactions.Begin(statements, counts, lease, upstream, earlier, prepared));
        }
        catch
        {
            prepared.DeleteFiles(_files);
            throw;
        }

        TellOfWork(earlier.Settled.Remaining.Count > 0 || earlier.Settled.Notices.Count > 0);
        return earlier.Narrow(lease);
    }

    public async ValueTask SettleAsync(SpoolLease lease, Settlement settlement, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(settlement.Notices, cancellationToken);
        bool isBodyDone;
        try
        {
            isBodyDone = await _writer.WriteSoonAsync(
                (statements, counts) => _transactions.Settle(statements, counts, lease, settlement, prepared)
            );
        }
        catch
        {
            prepared.DeleteFiles(_files);
            throw;
        }

        DeleteFile(lease.Delivery.Message, isBodyDone);
        TellOfWork(settlement.Remaining.Count > 0 || settlement.Notices.Count > 0);
    }

    public ValueTask<IReadOnlyList<SpooledDelivery>> ListAsync(QueueFilter filter, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<SpooledDelivery>>(statements => SpoolTransactions.List(statements, filter, limit));

    public ValueTask<IReadOnlyList<AttemptEntry>> HistoryAsync(MessageId message, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<AttemptEntry>>(statements =>
            statements.Query(
                "select-attempts",
                static reader => new AttemptEntry(
                    Rows.Time(reader.GetInt64(0)),
                    new AttemptRecord(reader.GetString(1), reader.GetString(2), TimeSpan.FromMilliseconds(reader.GetInt64(3)))
                ),
                ("message", Rows.Id(message))
            )
        );

    public async ValueTask<QueueChange> ChangeAsync(QueueFilter filter, QueueAction action, int limit, CancellationToken cancellationToken)
    {
        List<SpooledMessage> done = [];
        var change = await _writer.WriteAsync(
            (statements, counts) =>
            {
                done.Clear();
                var rows = SpoolTransactions.List(statements, filter, Math.Min(limit, Slice));
                var changed = rows.Where(row => action.AppliesTo(row.Part.State)).ToList();
                foreach (var row in changed)
                {
                    if (SpoolTransactions.Change(statements, counts, row, action))
                    {
                        done.Add(row.Message);
                    }
                }

                return new QueueChange(changed.Count, rows.Count == 0 ? null : rows[^1].Row);
            }
        );
        done.ForEach(message => DeleteFile(message, isDone: true));
        TellOfWork(change.Changed > 0);
        return change;
    }

    public async ValueTask ForgetGroupsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellationToken)
    {
        var names = JsonSerializer.Serialize(groups);
        // A slice at a time: a hundred thousand rows at once would hold up everybody else.
        for (var (after, last) = (0L, long.MaxValue); after < last; after += Slice)
        {
            cancellationToken.ThrowIfCancellationRequested();
            last = await _writer.WriteAsync(
                (statements, _) =>
                {
                    statements.Execute("forget-groups", ("after", after), ("upto", after + Slice), ("groups", names));
                    return Convert.ToInt64(statements.Scalar("last"), System.Globalization.CultureInfo.InvariantCulture);
                }
            );
        }

        TellOfWork(isWork: true);
    }

    public async ValueTask BringForwardAsync(string? group, CancellationToken cancellationToken)
    {
        for (var changed = Slice; changed == Slice; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = await _writer.WriteAsync(
                (statements, _) =>
                    statements.Execute("bring-forward", ("now", Rows.Time(_time.GetUtcNow())), ("grp", group), ("limit", Slice))
            );
        }
    }

    /// <summary>Forgets records whose time is over; called now and then.</summary>
    public async Task PurgeAsync() =>
        await _writer.WriteAsync(
            (statements, counts) =>
            {
                var over = statements.Query(
                    "purge",
                    static reader => (Number: reader.GetInt64(0), Message: (byte[])reader.GetValue(1)),
                    ("now", Rows.Time(_time.GetUtcNow())),
                    ("limit", Slice)
                );
                foreach (var (number, message) in over)
                {
                    statements.Execute("delete-row", ("number", number));
                    statements.Execute("delete-attempts", ("message", message));
                    counts.Removed(SpoolState.Failed, 0);
                }

                return over.Count;
            }
        );

    /// <summary>Writes nothing of use: finds out whether it could.</summary>
    public async Task ProbeAsync() => await _writer.WriteAsync(static (statements, _) => statements.Execute("probe"));

    public async ValueTask DisposeAsync()
    {
        await _purge.DisposeAsync();
        await _writer.DisposeAsync();
        _database.Dispose();
    }

    private async Task PurgeQuietlyAsync()
    {
        try
        {
            await PurgeAsync();
        }
        catch (SpoolUnavailableException)
        {
            return; // its trouble shows in the condition; the next time will do
        }
    }

    /// <summary>Large bodies are on disk before anything names them; small ones are read here, not in the one writer.</summary>
    private async Task<PreparedEntries> PrepareAsync(IReadOnlyList<SpoolEntry> entries, CancellationToken cancellationToken)
    {
        var prepared = new PreparedEntries();
        try
        {
            foreach (var entry in entries)
            {
                await prepared.AddAsync(entry, _files, cancellationToken);
            }

            return prepared;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            prepared.DeleteFiles(_files);
            throw new SpoolUnavailableException($"the spool cannot be written: {failure.Message}", failure);
        }
    }

    private byte[] ReadContent(MessageId id)
    {
        using var connection = _database.OpenReader();
        using var statements = new Statements(connection);
        return statements.Scalar("select-body", ("message", Rows.Id(id))) as byte[]
            ?? throw new FileNotFoundException($"the spool holds no body of {id}");
    }

    private ValueTask<T> ReadAsync<T>(Func<Statements, T> read)
    {
        try
        {
            using var connection = _database.OpenReader();
            using var statements = new Statements(connection);
            return ValueTask.FromResult(read(statements));
        }
        catch (SqliteException failure)
        {
            throw new SpoolUnavailableException($"the spool cannot be read: {failure.Message}", failure);
        }
    }

    private void DeleteFile(SpooledMessage message, bool isDone)
    {
        if (isDone && message.Size > BodyFiles.LargestInDatabase)
        {
            _files.Delete(message.Id);
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
