using System.Collections.Concurrent;
using Npgsql;
using Relay.Core.Cluster.Pace;
using Relay.Core.Database;

namespace Relay.Core.Cluster.PostgreSql;

/// <summary>The ledger in the database that the nodes share. A conversation is one statement to read, and, only when something changes, one batch to write.</summary>
/// <param name="database">Where it is.</param>
/// <param name="time">For deadlines.</param>
internal sealed class PostgreSqlPaceLedger(PostgreSqlDatabase database, TimeProvider time) : IPaceLedger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly SqlTexts Sql = new("Relay.Core.Cluster.PostgreSql");

    // Concurrent, since what nobody waits for any more may still come to its end beside the next.
    private readonly ConcurrentDictionary<WindowKey, long> _ids = [];
    private readonly ConcurrentDictionary<long, WindowKey> _keys = [];

    public ValueTask<long> JoinAsync(string node, TimeSpan keeps, CancellationToken token) =>
        RunAsync(
            async (connection, deadline) =>
            {
                await using var command = new NpgsqlCommand(Sql["join-pace"], connection);
                Add(command.Parameters, node, keeps);
                return (long)(await command.ExecuteScalarAsync(deadline))!;
            },
            token
        );

    public ValueTask<IReadOnlyList<WindowView>> ReadAsync(IReadOnlyList<WindowKey> keys, CancellationToken token) =>
        RunAsync(
            async (connection, deadline) =>
            {
                await LearnAsync(connection, [.. keys.Where(key => !_ids.ContainsKey(key))], deadline);
                await using var command = new NpgsqlCommand(Sql["read-pace"], connection);
                Add(command.Parameters, keys.Select(key => _ids[key]).ToArray());
                await using var reader = await command.ExecuteReaderAsync(deadline);
                var rows = new PaceRows(_keys);
                while (await reader.ReadAsync(deadline))
                {
                    rows.Add(reader);
                }

                return rows.ToViews();
            },
            token
        );

    public ValueTask<IReadOnlyList<long>?> WriteAsync(LedgerWrite write, CancellationToken token) =>
        RunAsync((connection, deadline) => WriteAsync(connection, write, deadline), token);

    public ValueTask<(long Next, long Landed)?> RecoverAsync(long holder, CancellationToken token) =>
        RunAsync(
            async (connection, deadline) =>
            {
                await using var command = new NpgsqlCommand(Sql["recover-pace"], connection);
                Add(command.Parameters, holder);
                await using var reader = await command.ExecuteReaderAsync(deadline);
                return await reader.ReadAsync(deadline) ? ((long, long)?)(reader.GetInt64(0), reader.GetInt64(1)) : null;
            },
            token
        );

    public async ValueTask TidyAsync(CancellationToken token) =>
        await RunAsync(
            async (connection, deadline) =>
            {
                await using var batch = new NpgsqlBatch(connection);
                batch.BatchCommands.Add(Command("end-pace-holders"));
                batch.BatchCommands.Add(Command("drop-pace-shares"));
                batch.BatchCommands.Add(Command("drop-pace-holders"));
                batch.BatchCommands.Add(Command("drop-pace-spent"));
                return await batch.ExecuteNonQueryAsync(deadline);
            },
            token
        );

    private async ValueTask<IReadOnlyList<long>?> WriteAsync(NpgsqlConnection connection, LedgerWrite write, CancellationToken deadline)
    {
        var takes = write.Windows.Where(static window => window.Take > 0).ToList();
        await using var batch = BatchOf(connection, write, takes);
        await using var reader = await batch.ExecuteReaderAsync(deadline);
        if (!write.IsDurable)
        {
            await reader.NextResultAsync(deadline);
        }

        var isTaken = await reader.ReadAsync(deadline);
        Dictionary<long, long> allowances = [];
        for (var result = 0; takes.Count > 0 && result < 2; result++)
        {
            await reader.NextResultAsync(deadline); // the locks, and then what was taken under them
        }

        while (takes.Count > 0 && await reader.ReadAsync(deadline))
        {
            allowances[reader.GetInt64(0)] = reader.GetInt64(1);
        }

        await reader.CloseAsync(); // the commit is behind it
        return isTaken
            ? [.. write.Windows.Select(window => allowances.TryGetValue(_ids[window.Key], out var now) ? now - window.Allowance : 0)]
            : null;
    }

    /// <summary>One round trip and one commit.</summary>
    private NpgsqlBatch BatchOf(NpgsqlConnection connection, LedgerWrite write, List<WindowWrite> takes)
    {
        var batch = new NpgsqlBatch(connection);
        if (!write.IsDurable)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('synchronous_commit', 'off', true)"));
        }

        batch.BatchCommands.Add(Enter(write));
        if (takes.Count > 0)
        {
            var ids = takes.Select(window => _ids[window.Key]).ToArray();
            batch.BatchCommands.Add(Command("lock-pace", ids));
            batch.BatchCommands.Add(
                Command("take-pace", write.Holder, write.Exchange, ids, takes.Select(static window => window.Take).ToArray())
            );
        }

        if (write.IsUrgent)
        {
            batch.BatchCommands.Add(
                Command("call-pace", PaceChannel.Name, write.Holder.ToString(System.Globalization.CultureInfo.InvariantCulture))
            );
        }

        return batch;
    }

    private NpgsqlBatchCommand Enter(LedgerWrite write)
    {
        var windows = write.Windows;
        var spent = windows.SelectMany(window => window.Spent.Select(entry => (Id: _ids[window.Key], entry.FreeIn, entry.Count))).ToList();
        return Command(
            "write-pace",
            write.Holder,
            write.Exchange,
            write.IsLast,
            windows.Select(window => _ids[window.Key]).ToArray(),
            windows.Select(static window => window.Allowance).ToArray(),
            windows.Select(static window => window.Demand).ToArray(),
            windows.Select(static window => window.IsShort).ToArray(),
            windows.Select(static window => (long?)window.Limit).ToArray(),
            spent.Select(static entry => entry.Id).ToArray(),
            spent.Select(static entry => (long)Math.Ceiling(entry.FreeIn.TotalMicroseconds)).ToArray(),
            spent.Select(static entry => entry.Count).ToArray()
        );
    }

    /// <summary>The numbers of windows never change.</summary>
    private async ValueTask LearnAsync(NpgsqlConnection connection, WindowKey[] unknown, CancellationToken deadline)
    {
        if (unknown.Length == 0)
        {
            return;
        }

        object[] columns =
        [
            unknown.Select(static key => key.Account).ToArray(),
            unknown.Select(static key => key.CountsRecipients).ToArray(),
            unknown.Select(static key => (long)key.Length.TotalMilliseconds).ToArray(),
        ];
        await using (var add = new NpgsqlCommand(Sql["add-pace-windows"], connection))
        {
            Add(add.Parameters, columns);
            await add.ExecuteNonQueryAsync(deadline);
        }

        await using var find = new NpgsqlCommand(Sql["find-pace-windows"], connection);
        Add(find.Parameters, columns);
        await using var reader = await find.ExecuteReaderAsync(deadline);
        while (await reader.ReadAsync(deadline))
        {
            var key = new WindowKey(reader.GetString(1), reader.GetBoolean(2), TimeSpan.FromMilliseconds(reader.GetInt64(3)));
            _ids[key] = reader.GetInt64(0);
            _keys[reader.GetInt64(0)] = key;
        }
    }

    private async ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, ValueTask<T>> run, CancellationToken token)
    {
        try
        {
            return await Deadline.KeepAsync(AskAsync, Patience, time, token);
        }
        catch (Exception failure) when (DatabaseTrouble.Is(failure, token))
        {
            throw new LedgerAwayException(DatabaseTrouble.Away(failure), failure);
        }

        async Task<T> AskAsync(CancellationToken deadline)
        {
            await using var connection = await database.ConnectAsync(deadline);
            return await run(connection, deadline);
        }
    }

    private static NpgsqlBatchCommand Command(string name, params object[] values)
    {
        var command = new NpgsqlBatchCommand(Sql[name]);
        Add(command.Parameters, values);
        return command;
    }

    private static void Add(NpgsqlParameterCollection parameters, params object[] values)
    {
        foreach (var value in values)
        {
            parameters.Add(new NpgsqlParameter { Value = value });
        }
    }
}
