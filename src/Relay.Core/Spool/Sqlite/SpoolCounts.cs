using System.Globalization;

namespace Relay.Core.Spool.Sqlite;

/// <summary>How many rows are in which state, kept up to date with every commit so that nobody has to count. Changed by the writer only.</summary>
internal sealed class SpoolCounts(TimeProvider time)
{
    private static readonly TimeSpan OldestInterval = TimeSpan.FromSeconds(1);

    private readonly int[] _rows = new int[5];
    private readonly int[] _rowsChange = new int[5];
    private long _bytes;
    private long _bytesChange;
    private long _oldestAskedAt;
    private volatile SpoolStatistics _statistics = SpoolStatistics.Empty;

    public SpoolStatistics Statistics => _statistics;

    /// <summary>Counts what is there, once.</summary>
    public void Load(Statements statements)
    {
        foreach (
            var (state, rows, bytes) in statements.Query(
                "count",
                static reader => (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2))
            )
        )
        {
            _rows[state] = rows;
            _bytes += state == (int)SpoolState.Failed ? 0 : bytes;
        }

        Publish(statements);
    }

    public void Begin() => Forget();

    public void Added(SpoolState state, long bytes)
    {
        _rowsChange[(int)state]++;
        _bytesChange += state == SpoolState.Failed ? 0 : bytes;
    }

    public void Removed(SpoolState state, long bytes)
    {
        _rowsChange[(int)state]--;
        _bytesChange -= state == SpoolState.Failed ? 0 : bytes;
    }

    public void Moved(SpoolState from, SpoolState to, int rows = 1)
    {
        _rowsChange[(int)from] -= rows;
        _rowsChange[(int)to] += rows;
    }

    /// <summary>What was counted since <see cref="Begin"/> has happened.</summary>
    public void Commit(Statements statements)
    {
        for (var state = 0; state < _rows.Length; state++)
        {
            _rows[state] += _rowsChange[state];
        }

        _bytes += _bytesChange;
        Forget();
        Publish(statements);
    }

    /// <summary>It has not.</summary>
    public void Forget()
    {
        Array.Clear(_rowsChange);
        _bytesChange = 0;
    }

    private void Publish(Statements statements)
    {
        var oldest = _statistics.OldestAt;
        if (_oldestAskedAt == 0 || time.GetElapsedTime(_oldestAskedAt) >= OldestInterval)
        {
            _oldestAskedAt = time.GetTimestamp();
            oldest = statements.Scalar("oldest") is { } value and not DBNull
                ? DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(value, CultureInfo.InvariantCulture))
                : null;
        }

        _statistics = new SpoolStatistics(
            _rows[(int)SpoolState.Waiting],
            _rows[(int)SpoolState.Active],
            _rows[(int)SpoolState.Held],
            _rows[(int)SpoolState.Uncertain],
            _rows[(int)SpoolState.Failed],
            _bytes,
            oldest
        );
    }
}
