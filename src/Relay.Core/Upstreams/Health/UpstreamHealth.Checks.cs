namespace Relay.Core.Upstreams.Health;

/// <content>What checks say, while there is no mail that knows better.</content>
internal sealed partial class UpstreamHealth
{
    /// <summary>A check found it able to take mail.</summary>
    /// <param name="isAuthenticated">The check has logged in.</param>
    public void ReportCheckPassed(bool isAuthenticated)
    {
        var hasChanged = false;
        lock (_lock)
        {
            _checks.RecordGood(counts: _state != UpstreamState.Ejected || IsEjectionOver);
            if (_checks.Good >= _options.Rise && MayReturnByChecks(isAuthenticated))
            {
                ReturnAsSeenHere();
                hasChanged = true;
            }
        }

        Tell(hasChanged);
    }

    /// <summary>A check found it unable to take mail.</summary>
    public void ReportCheckFailed(string reason)
    {
        var hasChanged = false;
        lock (_lock)
        {
            LastFailureAt = time.GetTimestamp();
            _checks.RecordFailed(reason);
            if (_state == UpstreamState.Unhealthy)
            {
                _reason = _checks.Reason;
            }
            else if (AreChecksFailing && _state != UpstreamState.Ejected)
            {
                Enter(UpstreamState.Unhealthy, _checks.Reason);
                hasChanged = true;
            }
        }

        Tell(hasChanged);
    }

    /// <summary>Once the time of an ejection is over good checks do for a trial, except where they prove nothing about what it was ejected for.</summary>
    private bool MayReturnByChecks(bool isAuthenticated) =>
        _state == UpstreamState.Unhealthy
        || (
            _state == UpstreamState.Ejected
            && !_isTrialRunning
            && IsEjectionOver
            && (Cause is EjectionCause.Failures or EjectionCause.Certificate || (Cause == EjectionCause.Credentials && isAuthenticated))
        );
}
