using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Health;

/// <summary>
/// The health of one server. Learned from the mail it is sent: healthy → ejected → one trial message → slow start → healthy. Learned from checks while there is
/// no mail: healthy → unhealthy → slow start → healthy.
/// </summary>
/// <remarks>
/// Mail knows more than checks do: one message that works ends what checks said. An ejection lasts <see cref="HealthOptions.EjectionTime"/> × n, n growing with each ejection that follows soon after the last. Then one message
/// is the trial; nobody else is kept waiting for it. While nobody in the group is in service a trial may come sooner (<see cref="TryBeginTrial"/>).
/// </remarks>
internal sealed partial class UpstreamHealth(HealthOptions options, TimeProvider time)
{
    private static readonly TimeSpan CredentialEjection = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly FailureWindow _window = new(time);
    private readonly RefusalHistory _refusals = new();
    private readonly CheckHistory _checks = new();
    private readonly EjectionTimer _ejection = new(time);
    private readonly SlowStart _slowStart = new(time);
    private volatile HealthOptions _options = options;
    private long _lastWorkedAt;
    private long _sinceTicks = time.GetUtcNow().UtcTicks;
    private bool _isTrialRunning;
    private volatile string _reason = "";
    private volatile UpstreamState _state = UpstreamState.Healthy;

    /// <summary>Raised after each change of <see cref="State"/>, outside the lock.</summary>
    public event Action? Changed;

    public UpstreamState State => _state;

    /// <summary>Why it is in this state; empty while healthy.</summary>
    public string Reason => _state == UpstreamState.Ejected && AreChecksFailing ? $"{_reason}; {_checks.Reason}" : _reason;

    /// <summary>When it came into this state.</summary>
    public DateTimeOffset Since => new(Volatile.Read(ref _sinceTicks), TimeSpan.Zero);

    public HealthOptions Options => _options;

    /// <summary>Whether new messages may be sent to it as a matter of course.</summary>
    public bool IsAvailable => _state is not (UpstreamState.Ejected or UpstreamState.Unhealthy);

    /// <summary>When mail last worked, as a timestamp; 0 before the first.</summary>
    public long LastWorkedAt => Volatile.Read(ref _lastWorkedAt);

    /// <summary>When it last failed, as a timestamp: the one that failed longest ago is tried first when nobody is in service.</summary>
    public long LastFailureAt { get; private set; }

    /// <summary>Why it was ejected last.</summary>
    public EjectionCause Cause { get; private set; }

    /// <summary>It refused our credentials: trying again soon would be a login storm.</summary>
    public bool IsTrustProblem => Cause is EjectionCause.Credentials or EjectionCause.Certificate;

    /// <summary>The time of the ejection is over, nobody has tried it since, and checks do not say that a message would be wasted on it.</summary>
    public bool IsTrialDue => _state == UpstreamState.Ejected && !_isTrialRunning && _ejection.IsOverFor(Turn) && !AreChecksFailing;

    /// <summary>Whether the time of the ejection, if there was one, is over.</summary>
    public bool IsEjectionOver => _ejection.IsOver;

    /// <summary>A message is on its way to find out whether it works again.</summary>
    public bool IsTrialRunning => Volatile.Read(ref _isTrialRunning);

    private bool AreChecksFailing => _checks.Failed >= _options.Fall;

    /// <summary>Takes changed options. Where they switch the checks off, what checks said is left to a trial message.</summary>
    public void Apply(HealthOptions changed)
    {
        lock (_lock)
        {
            _options = changed;
            if (changed.Interval > TimeSpan.Zero)
            {
                return;
            }

            var reason = _checks.Reason;
            _checks.Clear();
            if (_state != UpstreamState.Unhealthy)
            {
                return;
            }

            Eject(reason, TimeSpan.Zero, EjectionCause.Failures);
        }

        Changed?.Invoke();
    }

    /// <summary>Forgets everything: another server stands behind the name now.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Enter(UpstreamState.Healthy, "");
            Cause = EjectionCause.Failures;
            (EjectedBy, _verdict) = (null, null);
            _isTrialRunning = false;
            _ejection.Clear();
            _checks.Clear();
            _window.Clear();
            _refusals.Clear();
            Volatile.Write(ref _lastWorkedAt, 0);
        }

        Changed?.Invoke();
    }

    /// <summary>Claims the trial; with <paramref name="beforeDue"/> also ahead of time, but never while there is a trust problem.</summary>
    public bool TryBeginTrial(bool beforeDue)
    {
        lock (_lock)
        {
            var mayBegin = beforeDue ? !IsAvailable && !_isTrialRunning && !IsTrustProblem : IsTrialDue;
            _isTrialRunning |= mayBegin;
            return mayBegin;
        }
    }

    /// <summary>The trial ended without telling anything: it was given up.</summary>
    public void AbandonTrial()
    {
        lock (_lock)
        {
            _isTrialRunning = false;
        }
    }

    /// <summary>The server did its work, whether it took the message or had something against it.</summary>
    /// <param name="isRefused">It did not take the message.</param>
    public void ReportWorking(bool isRefused)
    {
        var hasChanged = false;
        lock (_lock)
        {
            Volatile.Write(ref _lastWorkedAt, time.GetTimestamp());
            _checks.Clear();
            _window.Record(isFailure: false);
            _refusals.Record(isRefused);
            if (_state == UpstreamState.Unhealthy || (_state == UpstreamState.Ejected && _isTrialRunning))
            {
                ReturnAsSeenHere();
                hasChanged = true;
            }
        }

        Tell(hasChanged);
    }

    /// <summary>A failure of the server itself: no connection, no reply, garbage, or words about itself.</summary>
    public void ReportFailure(string reason)
    {
        var hasChanged = false;
        lock (_lock)
        {
            LastFailureAt = time.GetTimestamp();
            _window.Record(isFailure: true);
            if (_state == UpstreamState.Ejected)
            {
                // A trial that failed, or an attempt that was under way when it was ejected: only the trial's word counts.
                if (_isTrialRunning)
                {
                    EjectAgain(reason);
                }
            }
            else if (_state == UpstreamState.Unhealthy)
            {
                _isTrialRunning = false; // it is out of use already, and checks go on
            }
            else if (_window.IsTooMuch(_options.ConsecutiveFailures))
            {
                EjectAsSeenHere(reason, NextEjectionTime(), EjectionCause.Failures);
                hasChanged = true;
            }
        }

        Tell(hasChanged);
    }

    /// <summary>Our credentials were refused, or its certificate by us, by mail or by a check: out of use for five minutes at once.</summary>
    public void ReportTrustProblem(string reason, EjectionCause cause = EjectionCause.Credentials)
    {
        lock (_lock)
        {
            LastFailureAt = time.GetTimestamp();
            EjectAsSeenHere(reason, CredentialEjection, cause);
        }

        Changed?.Invoke();
    }

    /// <summary>Out of use because it refuses what its peers take, or an operator wants it: no check knows better, only mail.</summary>
    /// <param name="reason">For people.</param>
    /// <param name="isByHand">An operator wants it.</param>
    public void EjectAsRefuser(string reason, bool isByHand = false)
    {
        lock (_lock)
        {
            LastFailureAt = time.GetTimestamp();
            EjectAsSeenHere(reason, NextEjectionTime(), EjectionCause.Refusals, isByHand: isByHand);
        }

        Changed?.Invoke();
    }

    /// <summary>It was out of use for a reason of its own, and is well: it is led back to its whole weight.</summary>
    public void BeginSlowStart(string reason)
    {
        lock (_lock)
        {
            if (_state == UpstreamState.Healthy && _options.SlowStart > TimeSpan.Zero)
            {
                _slowStart.Begin();
                Enter(UpstreamState.SlowStart, reason);
            }
        }
    }

    /// <summary>Ends a slow start whose time is over; called about once a second.</summary>
    public void Tick()
    {
        lock (_lock)
        {
            if (_state == UpstreamState.SlowStart && SlowStartFactor(time.GetTimestamp()) >= 1)
            {
                Enter(UpstreamState.Healthy, "");
            }
        }
    }

    /// <summary>Refused and all of the last messages, for the comparison with its peers.</summary>
    public (int Refused, int Count, bool IsRefusingMuch) Refusals
    {
        get
        {
            lock (_lock)
            {
                return (_refusals.Refused, _refusals.Count, _refusals.IsRefusingMuch);
            }
        }
    }

    /// <summary>0 to 1: the share of its last 20 messages that it refused.</summary>
    public double RefusedShare => (double)_refusals.Refused / RefusalHistory.Capacity;

    /// <summary>0.1 to 1: the part of its weight that counts now.</summary>
    public double SlowStartFactor(long now) => _state == UpstreamState.SlowStart ? _slowStart.Factor(_options.SlowStart, now) : 1;

    private void Tell(bool hasChanged)
    {
        if (hasChanged)
        {
            Changed?.Invoke();
        }
    }

    private TimeSpan NextEjectionTime() => _ejection.Next(_options, isAgain: _state == UpstreamState.Ejected);

    private void EjectAgain(string reason)
    {
        // A trial ahead of its time must not make the ejection longer than it would have been.
        if (IsEjectionOver)
        {
            EjectAsSeenHere(reason, NextEjectionTime(), Cause, isTrial: true); // one that could not be reached has not changed its mind
        }

        _isTrialRunning = false;
        _reason = EjectedBy is null ? reason : _reason;
    }

    private void Enter(UpstreamState state, string reason)
    {
        _state = state;
        _reason = reason;
        Volatile.Write(ref _sinceTicks, time.GetUtcNow().UtcTicks);
    }

    private void Eject(string reason, TimeSpan duration, EjectionCause cause)
    {
        Enter(UpstreamState.Ejected, reason);
        Cause = cause;
        EjectedBy = null;
        _isTrialRunning = false;
        _checks.ForgetGood();
        _window.Clear();
        _refusals.Clear();
        _ejection.Begin(duration);
    }

    private void Return()
    {
        var was = _state == UpstreamState.Unhealthy ? "back after failed checks" : "back after an ejection";
        _isTrialRunning = false;
        Cause = EjectionCause.Failures;
        EjectedBy = null;
        _ejection.Returned();
        _slowStart.Begin();
        var isAtOnce = _options.SlowStart <= TimeSpan.Zero;
        Enter(isAtOnce ? UpstreamState.Healthy : UpstreamState.SlowStart, isAtOnce ? "" : was);
        _refusals.Clear();
    }
}
