namespace Relay.Cli.Top;

/// <summary>The last figures of something, the newest last.</summary>
internal sealed class History
{
    private const int Most = 300;

    private readonly Queue<double> _values = new();

    public void Add(double value)
    {
        _values.Enqueue(value);
        if (_values.Count > Most)
        {
            _values.Dequeue();
        }
    }

    public double[] Last(int count) => [.. _values.Skip(Math.Max(0, _values.Count - count))];

    /// <summary>Their average; 0 without any.</summary>
    public double AverageOf(int count) => Last(count) is { Length: > 0 } values ? values.Average() : 0;
}
