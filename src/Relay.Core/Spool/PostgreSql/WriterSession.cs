using Npgsql;
using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>
/// The connection by which this node writes. Each batch is one round trip and one commit, and leaves its number in the node's own row: when the connection
/// breaks in the midst of a commit, the next session finds out whether that came to pass, and shuts out what may still be on its way.
/// </summary>
internal sealed class WriterSession : IAsyncDisposable
{
    private const int NumbersAtOnce = 512;
    private const int FewNumbers = 128;

    private readonly PostgreSqlDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly Queue<long> _numbers = [];
    private readonly ReplicaWatch _replica;
    private readonly long _epoch;
    private readonly Lock _reading = new();
    private Task _committing = Task.CompletedTask;
    private bool _isClosed;

    private WriterSession(
        PostgreSqlDatabase database,
        NpgsqlConnection connection,
        ReplicaWatch replica,
        (long Epoch, long Batch) last,
        long node
    ) => (_database, _connection, _replica, _epoch, LastBatch, Node) = (database, connection, replica, last.Epoch, last.Batch, node);

    public long Node { get; }

    /// <summary>The last batch that was committed when the session began.</summary>
    public long LastBatch { get; }

    /// <exception cref="DatabaseAwayException">The database is away, or has no row of this node any more.</exception>
    public static async Task<WriterSession> OpenAsync(PostgreSqlDatabase database, long node, CancellationToken cancellationToken)
    {
        var connection = await database.ConnectAsync(cancellationToken);
        try
        {
            // Its own commit waits for the replica as well, and so for all that was committed before it: what it says of the last batch holds on both machines.
            var replica = new ReplicaWatch(connection);
            var last = await SpoolSql.QueryAsync(
                connection,
                "fence",
                static reader => (Epoch: reader.GetInt64(0), Batch: reader.GetInt64(1)),
                [Value.Number(node)],
                cancellationToken
            );
            replica.Check();
            return last is [var mine]
                ? new WriterSession(database, connection, replica, mine, node)
                : throw new DatabaseAwayException("the other nodes have taken this one for dead; it comes back under another name");
        }
        catch
        {
            await database.RetireAsync(connection);
            throw;
        }
    }

    /// <summary>Rows that the database holds for this node and nobody here works on are given back.</summary>
    public async Task ReleaseUnknownAsync(
        long[] known,
        DateTimeOffset now,
        DateTimeOffset uncertainDue,
        CancellationToken cancellationToken
    )
    {
        const int Slice = 1000;
        for (var released = Slice; released == Slice; )
        {
            await using var command = SpoolSql.Command(
                _connection,
                "release-unknown",
                Value.Number(Rows.Time(now)),
                Value.Number(Rows.Time(uncertainDue)),
                Value.Integer(Slice),
                Value.Number(Node),
                Value.Numbers(known)
            );
            released = await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>What the one before left is put right, and it has numbers for new rows.</summary>
    public bool IsSettledIn { get; set; }

    /// <summary>Fetches numbers for new rows.</summary>
    /// <param name="spent">So many were taken by plans that were not carried out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task TakeNumbersAsync(int spent, CancellationToken cancellationToken) =>
        (
            await SpoolSql.QueryAsync(
                _connection,
                "take-numbers",
                static reader => reader.GetInt64(0),
                [Value.Integer(spent + NumbersAtOnce)],
                cancellationToken
            )
        ).ForEach(_numbers.Enqueue);

    /// <summary>So many are left.</summary>
    public int Numbers => _numbers.Count;

    public WritePlan NewPlan() => new(Node, _numbers);

    /// <summary>All of them in one commit, or nothing.</summary>
    /// <exception cref="BatchRefusedException">The database refused a statement, and nothing has happened.</exception>
    public Task CommitAsync(long number, IReadOnlyList<WritePlan> plans, string? notice, CancellationToken cancellationToken) =>
        _committing = CommitCoreAsync(number, plans, notice, cancellationToken);

    private async Task CommitCoreAsync(long number, IReadOnlyList<WritePlan> plans, string? notice, CancellationToken cancellationToken)
    {
        var statements = Statements(number, plans, notice);
        await using var batch = new NpgsqlBatch(_connection);
        statements.ForEach(statement => batch.BatchCommands.Add(CommandOf(statement)));
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await ReadAsync(reader, statements, cancellationToken);
            _replica.Check();
        }
        catch (PostgresException failure) when (failure.BatchCommand is NpgsqlBatchCommand guilty)
        {
            throw new BatchRefusedException(PlanOf(plans, batch.BatchCommands.IndexOf(guilty)), failure);
        }
    }

    private List<PlannedStatement> Statements(long number, IReadOnlyList<WritePlan> plans, string? notice)
    {
        List<PlannedStatement> statements =
        [
            new("mark", static _ => { }, [Value.Number(Node), Value.Number(number), Value.Number(_epoch)]),
            .. plans.SelectMany(static plan => plan.Statements),
        ];
        if (notice is not null)
        {
            statements.Add(new PlannedStatement("notify-work", static _ => { }, [Value.Text(notice)]));
        }

        if (_numbers.Count < FewNumbers)
        {
            statements.Add(
                new PlannedStatement("take-numbers", reader => _numbers.Enqueue(reader.GetInt64(0)), [Value.Integer(NumbersAtOnce)])
            );
        }

        return statements;
    }

    private async Task ReadAsync(NpgsqlDataReader reader, List<PlannedStatement> statements, CancellationToken cancellationToken)
    {
        foreach (var (index, statement) in statements.Where(static statement => statement.Read is not null).Index())
        {
            if (index > 0)
            {
                await reader.NextResultAsync(cancellationToken);
            }

            while (await reader.ReadAsync(cancellationToken))
            {
                Read(statement, reader);
            }
        }

        while (await reader.NextResultAsync(cancellationToken)) { } // to the commit
    }

    /// <summary>What comes after nobody waits any more is not for anybody.</summary>
    private void Read(PlannedStatement statement, NpgsqlDataReader reader)
    {
        lock (_reading)
        {
            if (!_isClosed)
            {
                statement.Read!(reader);
            }
        }
    }

    /// <summary>Which plan the statement at this place belongs to.</summary>
    private static int PlanOf(IReadOnlyList<WritePlan> plans, int statement)
    {
        var begin = 1; // behind the mark
        for (var plan = 0; plan < plans.Count; plan++)
        {
            if (statement >= begin && statement < begin + plans[plan].Statements.Count)
            {
                return plan;
            }

            begin += plans[plan].Statements.Count;
        }

        return statement == 0 ? BatchRefusedException.Mark : BatchRefusedException.Nobody;
    }

    /// <summary>Returns at once where a commit still hangs: the connection is closed when that ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_reading)
        {
            _isClosed = true;
        }

        if (_committing.IsCompleted)
        {
            await _database.RetireAsync(_connection);
        }
        else
        {
            _ = CloseLaterAsync();
        }
    }

    private async Task CloseLaterAsync()
    {
        await Task.WhenAny(_committing);
        await _database.RetireAsync(_connection);
    }

    private static NpgsqlBatchCommand CommandOf(PlannedStatement statement)
    {
#pragma warning disable CA2100 // A file of the assembly.
        var command = new NpgsqlBatchCommand(SpoolSql.Texts[statement.Name]);
#pragma warning restore CA2100
        foreach (var value in statement.Values)
        {
            command.Parameters.Add(value);
        }

        return command;
    }
}
