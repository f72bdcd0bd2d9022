namespace Relay.Core.Upstreams.Health;

/// <summary>Attempts and failures of the last 60 seconds, in buckets of ten, and how many failed in a row. Not safe for many threads: its owner holds a lock.</summary>
internal sealed class FailureWindow(TimeProvider time)
{
    private const int Buckets = 6;
    private const int SecondsPerBucket = 10;

    /// <summary>Share of failures that is too much, from <see cref="LeastAttempts"/> attempts on.</summary>
    private const double FailureShare = 0.3;
    private const int LeastAttempts = 10;

    private readonly int[] _attempts = new int[Buckets];
    private readonly int[] _failures = new int[Buckets];
    private long _newest;
    private int _inARow;

    public int Attempts { get; private set; }

    public int Failures { get; private set; }

    /// <summary>Whether a server that fails so is to be left alone.</summary>
    /// <param name="mostInARow">Failures in a row that are too many.</param>
    public bool IsTooMuch(int mostInARow) => _inARow >= mostInARow || (Attempts >= LeastAttempts && Failures >= FailureShare * Attempts);

    public void Record(bool isFailure)
    {
        _inARow = isFailure ? _inARow + 1 : 0;
        var bucket = Advance();
        _attempts[bucket]++;
        Attempts++;
        if (isFailure)
        {
            _failures[bucket]++;
            Failures++;
        }
    }

    public void Clear()
    {
        Array.Clear(_attempts);
        Array.Clear(_failures);
        Attempts = 0;
        Failures = 0;
        _inARow = 0;
    }

    private int Advance()
    {
        var now = time.GetTimestamp() / (time.TimestampFrequency * SecondsPerBucket);
        for (var steps = Math.Min(now - _newest, Buckets); steps > 0; steps--)
        {
            var expired = (int)((now - steps + 1) % Buckets);
            Attempts -= _attempts[expired];
            Failures -= _failures[expired];
            _attempts[expired] = 0;
            _failures[expired] = 0;
        }

        _newest = now;
        return (int)(now % Buckets);
    }
}
