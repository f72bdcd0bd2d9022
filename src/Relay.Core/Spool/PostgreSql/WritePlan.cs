using Npgsql;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>The statements of one write. Their results are read when all of the batch have come back; none of them hangs on another's.</summary>
/// <param name="node">Who writes.</param>
/// <param name="numbers">Numbers for new rows.</param>
internal sealed class WritePlan(long node, Queue<long> numbers)
{
    /// <summary>For a statement that returns a row which says nothing: it would have failed.</summary>
    private static readonly Action<NpgsqlDataReader> Nothing = static _ => { };

    public long Node => node;

    public List<PlannedStatement> Statements { get; } = [];

    public CountChanges Counts { get; } = new();

    /// <summary>Others may have something to do by it.</summary>
    public bool IsWorkForOthers { get; set; }

    /// <exception cref="NumbersSpentException">There is none left; fetch more and plan anew.</exception>
    public long NextNumber() => numbers.TryDequeue(out var number) ? number : throw new NumbersSpentException();

    public void Run(string name, params NpgsqlParameter[] values) => Statements.Add(new PlannedStatement(name, null, values));

    /// <summary>A statement that fails when it finds no row, and then nothing of the write happens: the lease is another's.</summary>
    public void Insist(string name, params NpgsqlParameter[] values) => Statements.Add(new PlannedStatement(name, Nothing, values));

    /// <param name="name">Of a statement that returns rows.</param>
    /// <param name="read">Called for each.</param>
    /// <param name="values">Its parameters.</param>
    public void Query(string name, Action<NpgsqlDataReader> read, params NpgsqlParameter[] values) =>
        Statements.Add(new PlannedStatement(name, read, values));
}

/// <param name="Name">Of its file.</param>
/// <param name="Read">Called for each row; null when it returns none.</param>
/// <param name="Values">Its parameters.</param>
internal sealed record PlannedStatement(string Name, Action<NpgsqlDataReader>? Read, NpgsqlParameter[] Values);

/// <summary>No number is left for a new row.</summary>
internal sealed class NumbersSpentException : Exception;
