namespace Relay.Core.Upstreams.Health;

/// <content>
/// What other nodes say, and what they are to hear. Their word takes a server out of use and brings it back as this node's own sight does; what this node sees itself replaces it.
/// </content>
internal sealed partial class UpstreamHealth
{
    private volatile HealthVerdict? _verdict;
    private volatile PeerNode? _ejectedBy;
    private long _turnTicks;

    /// <summary>The node on whose word alone it is ejected; null when this one has seen it itself, or it is not ejected.</summary>
    public PeerNode? EjectedBy
    {
        get => _ejectedBy;
        private set => _ejectedBy = value;
    }

    /// <summary>What this node itself has seen last; null when that is nothing which others should hear.</summary>
    public HealthVerdict? Verdict => _verdict;

    /// <summary>How long after the end of an ejection this node may begin a trial, so that nodes do not all begin one at once.</summary>
    public TimeSpan Turn
    {
        get => new(Volatile.Read(ref _turnTicks));
        set => Volatile.Write(ref _turnTicks, value.Ticks);
    }

    /// <summary>Another node has ejected it, or a trial of it has failed there.</summary>
    /// <returns>Whether it is out of use since now.</returns>
    public bool TakeEjection(PeerEjection word)
    {
        lock (_lock)
        {
            if (_state == UpstreamState.Unhealthy)
            {
                return false; // it is out of use by checks of this node, which go on
            }

            if (_state == UpstreamState.Ejected && EjectedBy is null)
            {
                _ejection.Prolong(word.Left, word.InARow);
                return false;
            }

            var isNew = _state != UpstreamState.Ejected;
            var wasTrialRunning = _isTrialRunning;
            LastFailureAt = time.GetTimestamp();
            Eject($"ejected by node {word.By.Name}: {word.Reason}", word.Left, word.Cause);
            _ejection.Prolong(word.Left, word.InARow);
            (EjectedBy, _isTrialRunning) = (word.By, wasTrialRunning);
            if (!isNew)
            {
                return false;
            }
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>A trial or checks have shown on another node that it works again.</summary>
    /// <returns>Whether it was out of use until now.</returns>
    public bool TakeReturn()
    {
        lock (_lock)
        {
            if (_state != UpstreamState.Ejected)
            {
                return false;
            }

            _verdict = null; // what was seen here is overtaken: it must not come up again when the other node is gone
            Return();
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>The word on which it was ejected does not count any more: the node is gone, or nothing is heard of nodes at all.</summary>
    /// <returns>Whether it was out of use by that word alone.</returns>
    public bool LetPeerGo()
    {
        lock (_lock)
        {
            if (_state != UpstreamState.Ejected || EjectedBy is null)
            {
                return false;
            }

            Return();
        }

        Changed?.Invoke();
        return true;
    }

    private void EjectAsSeenHere(string reason, TimeSpan duration, EjectionCause cause, bool isTrial = false, bool isByHand = false)
    {
        Eject(reason, duration, cause);
        _verdict = new HealthVerdict(IsEjected: true)
        {
            Cause = cause,
            Reason = reason,
            Until = _ejection.Until,
            InARow = _ejection.InARow,
            IsTrial = isTrial,
            IsByHand = isByHand,
        };
    }

    private void ReturnAsSeenHere()
    {
        var wasEjected = _state == UpstreamState.Ejected;
        Return();
        _verdict = wasEjected ? new HealthVerdict(IsEjected: false) : null;
    }
}
