namespace Relay.Core.Upstreams.Health;

/// <summary>How many of the last checks of a server failed, or went well, in a row. Written under the lock of its owner, read without.</summary>
internal sealed class CheckHistory
{
    private volatile int _failed;
    private volatile string _failure = "";

    /// <summary>Failed ones in a row.</summary>
    public int Failed => _failed;

    /// <summary>Good ones in a row.</summary>
    public int Good { get; private set; }

    /// <summary>The failed ones, in words.</summary>
    public string Reason => _failed == 1 ? $"1 check failed: {_failure}" : $"{_failed} checks failed: {_failure}";

    /// <param name="counts">Good checks in the time of an ejection show that the server answers, and no more.</param>
    public void RecordGood(bool counts)
    {
        _failed = 0;
        Good = counts ? Good + 1 : 0;
    }

    /// <summary>The server was ejected: it has to show anew that it is good.</summary>
    public void ForgetGood() => Good = 0;

    public void RecordFailed(string reason)
    {
        _failure = reason;
        _failed++;
        Good = 0;
    }

    /// <summary>Mail told more than checks do, or there are none any more.</summary>
    public void Clear()
    {
        _failed = 0;
        Good = 0;
    }
}
