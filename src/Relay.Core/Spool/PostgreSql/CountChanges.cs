namespace Relay.Core.Spool.PostgreSql;

/// <summary>By how much a commit changes what is in the spool.</summary>
internal sealed class CountChanges
{
    public int[] Rows { get; } = new int[5];

    public long Bytes { get; private set; }

    public void Added(SpoolState state, long bytes)
    {
        Rows[(int)state]++;
        Bytes += state == SpoolState.Failed ? 0 : bytes;
    }

    public void Removed(SpoolState state, long bytes)
    {
        Rows[(int)state]--;
        Bytes -= state == SpoolState.Failed ? 0 : bytes;
    }

    public void Moved(SpoolState from, SpoolState to)
    {
        Rows[(int)from]--;
        Rows[(int)to]++;
    }

    public void Add(SpoolState state, int rows, long bytes)
    {
        Rows[(int)state] += rows;
        Bytes += state == SpoolState.Failed ? 0 : bytes;
    }

    public void Add(CountChanges other)
    {
        for (var state = 0; state < Rows.Length; state++)
        {
            Rows[state] += other.Rows[state];
        }

        Bytes += other.Bytes;
    }
}
