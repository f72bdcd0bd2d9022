namespace Relay.Core.Upstreams.Pace;

/// <summary>The time before which a server wants no mail, as it told this node or another.</summary>
internal sealed class PacePause(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _until;
    private DateTimeOffset _ends;
    private volatile PaceWord? _word;

    /// <summary>A timestamp; in the past, or 0, when it may have mail.</summary>
    public long Until => Volatile.Read(ref _until);

    public bool IsOn => Until is not 0 and var until && time.GetTimestamp() < until;

    /// <summary>Its end on the clock; null when there is none.</summary>
    public DateTimeOffset? Ends => IsOn ? _ends : null;

    /// <summary>The last one that was said to this node; null before the first.</summary>
    public PaceWord? Word => _word;

    /// <summary>It is on, and the server said so to this node.</summary>
    public bool IsSaidHere => IsOn && _word?.Until == Until;

    /// <summary>A pause is never made shorter by the next reply, and replies to what was under way tell nothing new.</summary>
    /// <param name="reply">What the server said.</param>
    /// <param name="pause">From now.</param>
    /// <param name="isSaidHere">To this node.</param>
    /// <returns>Whether it is longer than was known, and whether the server is paused since now.</returns>
    public (bool IsLonger, bool IsNew) Begin(string reply, TimeSpan pause, bool isSaidHere)
    {
        lock (_lock)
        {
            var until = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            var wasOn = IsOn;
            if (until <= _until)
            {
                return (false, false);
            }

            _ends = time.GetUtcNow() + pause;
            _word = isSaidHere ? new PaceWord(reply, until) : _word;
            Volatile.Write(ref _until, until);
            return (true, !wasOn);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _word = null;
            Volatile.Write(ref _until, 0);
        }
    }
}
