namespace Relay.Tests.Upstreams.Pace;

/// <summary>A model of a server that refuses what comes above a rate, in one of the two ways in which servers count.</summary>
internal abstract class LimitingServer
{
    /// <summary>Messages a second that it takes in the long run.</summary>
    public abstract double Rate { get; set; }

    /// <summary>Whether it takes a message that comes at this second.</summary>
    public abstract bool Takes(double now);
}

/// <summary>Never more than so many in any window of that length.</summary>
internal sealed class WindowServer(double rate, double window) : LimitingServer
{
    private readonly Queue<double> _taken = [];
    private double _most = Math.Round(rate * window);

    /// <summary>A window holds a whole number of messages.</summary>
    public override double Rate
    {
        get => _most / window;
        set => _most = Math.Round(value * window);
    }

    public override bool Takes(double now)
    {
        while (_taken.TryPeek(out var oldest) && oldest <= now - window)
        {
            _taken.Dequeue();
        }

        if (_taken.Count >= _most)
        {
            return false;
        }

        _taken.Enqueue(now);
        return true;
    }
}

/// <summary>A bucket that fills at the rate and holds so many.</summary>
internal sealed class BucketServer : LimitingServer
{
    private readonly double _burst;
    private double _tokens;
    private double _at;

    public BucketServer(double rate, double burst)
    {
        _burst = _tokens = burst;
        Rate = rate;
    }

    public override double Rate { get; set; }

    public override bool Takes(double now)
    {
        _tokens = Math.Min(_burst, _tokens + ((now - _at) * Rate));
        _at = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
