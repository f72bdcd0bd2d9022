namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// Finds the rate that a server takes, from nothing but its acceptances and refusals. Additive increase and multiplicative decrease as in TCP, with what congestion
/// control has learned since: the rate at which it was refused is remembered, the way back ends just below it, is held there for as many messages as the refusals cost,
/// and goes on in small steps. docs/decisions/0012-pace.md has the reasons and the figures.
/// </summary>
/// <remarks>Pure, without a lock and a clock. Times are seconds since any beginning; rates are messages a second.</remarks>
internal sealed class PaceSearch
{
    /// <summary>The floor: one message a minute, so that a server which refuses everything is still asked.</summary>
    public const double Floor = 1.0 / 60;

    /// <summary>The floor once a quota is used up: one message in 15 minutes.</summary>
    public const double QuotaFloor = 1.0 / 900;

    /// <summary>The ceiling: whoever takes this needs no pace.</summary>
    public const double Ceiling = 10_000;

    /// <summary>Just below what was refused: room for what arrives unevenly.</summary>
    private const double JustBelow = 0.96;

    /// <summary>Messages that have to be accepted for each refusal before the next step up: what keeps refusals well under 1 %.</summary>
    private const int MessagesPerRefusal = 250;

    /// <summary>A fast server that is far away refuses dozens before the first refusal is heard. Those beyond this many are forgiven: the hold is bounded anyway.</summary>
    private const int MostRefusalsCounted = 40;

    /// <summary>Not for longer than this many seconds, however few messages there are.</summary>
    private const double LongestHold = 300;

    /// <summary>A server that wants to be left alone after a refusal is held at the target this many times as long, at most for an hour, before the next step up.</summary>
    private const double HoldsPerPause = 20;
    private const double LongestHoldAfterPause = 3600;
    private const int ShortHold = 16;

    private const int MessagesPerStep = 25;
    private const double SecondsPerStep = 0.25;
    private const double SecondsPerLargerStep = 1;
    private const double SmallStep = 0.01;
    private const double LargestStep = 0.25;

    /// <summary>Past this part of the rate that was refused once, the server's limit has changed, and steps grow.</summary>
    private const double Past = 1.1;

    /// <summary>While the target is a guess.</summary>
    private const double GuessingStep = 0.5;
    private const int MessagesPerGuess = 8;
    private const double SecondsPerGuess = 2;
    private const double LongestGuess = 10;

    /// <summary>Seconds that a step takes at most, however few messages there are.</summary>
    private const double LongestStep = 30;

    /// <summary>Halvings in a row after which what was known of the server counts no more.</summary>
    private const int MostHalvings = 4;

    private readonly AcceptedHistory _history;
    private Phase _phase = Phase.Free;
    private double _target;
    private double _refusedAtRate;
    private double _cutAt;
    private double _backingOffSince;
    private double _nextDrop;
    private double _phaseSince;
    private int _accepted;
    private int _refusedSinceProbing;
    private double _step;
    private bool _isLimiting;

    /// <summary>The target was worked out from what the server took before it refused, and no message that kept to a pace was refused yet.</summary>
    private bool _isGuess;

    /// <summary>Below this the target does not fall in one series of refusals: who refuses everything for an hour minds something else than the rate.</summary>
    private double _leastTarget;

    /// <summary>A rate that was held for long without a refusal; 0 when none is known.</summary>
    private double _good;
    private int _halvings;
    private double _pause;
    private double _floor = Floor;

    public PaceSearch(AcceptedHistory history) => _history = history;

    private enum Phase
    {
        /// <summary>Never refused: no pace.</summary>
        Free,

        /// <summary>Refused: half the rate, and half again, until a message gets through.</summary>
        BackingOff,

        /// <summary>Back up to the target.</summary>
        Climbing,

        /// <summary>At the target.</summary>
        Holding,

        /// <summary>Above it, in small steps.</summary>
        Probing,
    }

    /// <summary>Messages a second; infinite while there is no pace.</summary>
    public double Rate { get; private set; } = double.PositiveInfinity;

    /// <summary>When it was last refused.</summary>
    public double LastRefusedAt { get; private set; }

    /// <summary>When a message last had to wait for the pace.</summary>
    public double LastLimitedAt { get; private set; }

    public bool IsFree => _phase == Phase.Free;

    /// <summary>A message had to wait for the pace: only a pace that is used up says anything when it is not refused.</summary>
    public void Limited(double now)
    {
        _isLimiting = true;
        LastLimitedAt = now;
    }

    /// <summary>What the server is thought to take: while the rate is only halved for a moment, the rate that it comes back to.</summary>
    public double Estimate => _phase is Phase.BackingOff or Phase.Climbing && _halvings == 0 ? _target : Rate;

    /// <summary>There is no pace any more.</summary>
    public void Forget()
    {
        _phase = Phase.Free;
        Rate = double.PositiveInfinity;
        (_refusedSinceProbing, _pause, _good) = (0, 0, 0);
    }

    /// <summary>Others have learned the rate: it is held as if it had been learned here, as long as one refusal costs, before anything above it is tried.</summary>
    public void BeginAt(double now, double rate)
    {
        (Rate, _floor) = (Math.Clamp(rate, QuotaFloor, Ceiling), Floor);
        (_target, _refusedAtRate, _nextDrop, _step) = (Rate, Rate / JustBelow, 1 - JustBelow, SmallStep);
        (_isGuess, _good, _refusedSinceProbing, _cutAt) = (false, 0, 1, now);
        (LastRefusedAt, LastLimitedAt) = (now, now);
        Enter(Phase.Holding, now);
    }

    /// <summary>The server asked for less.</summary>
    /// <param name="now">The time.</param>
    /// <param name="startedAt">When the refused message set out.</param>
    /// <param name="pause">Seconds for which the server wants to be left alone; 0 where it does not say.</param>
    /// <param name="isQuota">It said that what may be sent is used up.</param>
    /// <returns>Whether the pace was lowered: not for messages that had set out before it was lowered last, of which a server under way refuses many at once.</returns>
    public bool Refused(double now, double startedAt, double pause = 0, bool isQuota = false)
    {
        LastRefusedAt = now;
        _pause = Math.Max(_pause, pause);
        _floor = isQuota ? QuotaFloor : Floor;
        _refusedSinceProbing++;
        if (!IsFree && startedAt < _cutAt)
        {
            return false;
        }

        _cutAt = now;
        switch (_phase)
        {
            case Phase.Free:
                Rate = Math.Clamp(_history.Rate(now, span: 1), 1, Ceiling);
                _nextDrop = 1 - JustBelow;
                (_isGuess, _good) = (true, 0);
                BackOff(now, Rate * JustBelow);
                break;
            case Phase.BackingOff:
                BackOffFurther(now);
                break;
            case Phase.Climbing:
                _good = 0;
                // A server with a long window may still count what came before it was heard: half blindly was half of its rate for minutes.
                BackOff(now, _isGuess ? Math.Clamp(TakenMeanwhile(now) * JustBelow, _target / 2, 0.85 * _target) : 0.85 * Rate);
                break;
            case Phase.Holding:
                (_isGuess, _good) = (false, 0);
                BackOff(now, Lower(now));
                break;
            case Phase.Probing:
                _isGuess = false;
                // What was held before was good for long; half of the way to what was refused may be.
                BackOff(now, Math.Min((_target + Rate) / 2, Rate * JustBelow));
                break;
        }

        return true;
    }

    /// <summary>The server took a message.</summary>
    /// <param name="now">The time.</param>
    /// <param name="startedAt">When it set out: what set out before the pace was lowered tells nothing of the pace since.</param>
    public void Accepted(double now, double startedAt)
    {
        if (IsFree || startedAt < _cutAt)
        {
            return;
        }

        _accepted++;
        switch (_phase)
        {
            case Phase.BackingOff:
                Enter(Phase.Climbing, now);
                Climb(now);
                break;
            case Phase.Climbing:
                Climb(now);
                break;
            case Phase.Holding when IsHeldLongEnough(now):
                (_refusedSinceProbing, _pause) = (0, 0);
                _good = _isGuess ? 0 : _target;
                _nextDrop = 1 - JustBelow;
                _step = SmallStep;
                Enter(Phase.Probing, now);
                break;
            case Phase.Probing when IsStepDone(now):
                StepUp(now);
                break;
        }
    }

    private void BackOff(double now, double target)
    {
        _refusedAtRate = Rate;
        _target = Math.Clamp(target, _floor, Ceiling);
        _leastTarget = Math.Max(_floor, _target / 8);
        _backingOffSince = now;
        _halvings = 0;
        Rate = Math.Max(_floor, Rate / 2);
        Enter(Phase.BackingOff, now);
    }

    /// <summary>
    /// Refused even now: it counts over a longer time than was looked back at. What it took from a second before the first refusal until now is what it takes in that time.
    /// </summary>
    private void BackOffFurther(double now)
    {
        _halvings++;
        Rate = Math.Max(_floor, Rate / 2);
        if (_good > 0 && _halvings < MostHalvings)
        {
            _target = Math.Min(_target, _good * JustBelow);
            return;
        }

        (_isGuess, _good) = (true, 0);
        var taken = TakenMeanwhile(now);
        _refusedAtRate = Math.Min(_refusedAtRate, Math.Max(_floor, taken));
        _target = Math.Max(_leastTarget, Math.Clamp(taken * JustBelow, _target / 2, _target));
    }

    private double TakenMeanwhile(double now) => _history.Rate(now, now - _backingOffSince + 1);

    /// <summary>The target itself is too high: less each time, and not more than it took meanwhile.</summary>
    private double Lower(double now)
    {
        var target = Rate * (1 - _nextDrop);
        _nextDrop = Math.Min(0.5, 2 * _nextDrop);
        var held = now - _phaseSince;
        return _accepted >= ShortHold && held > 0 ? Math.Min(target, JustBelow * _accepted / held) : target;
    }

    private void Climb(double now)
    {
        Rate = Math.Min(_target, Rate * (Rate < _target / 2 ? 2 : 1.25));
        if (Rate >= _target)
        {
            Rate = _target;
            Enter(Phase.Holding, now);
        }
    }

    private bool IsHeldLongEnough(double now)
    {
        var held = now - _phaseSince;
        if (held < Math.Min(LongestHoldAfterPause, HoldsPerPause * _pause))
        {
            return false;
        }

        if (_isGuess)
        {
            return IsGuessHeld(now);
        }

        var isFarBelow = _target < 0.9 * _refusedAtRate;
        var needed = isFarBelow ? ShortHold : MessagesPerRefusal * Math.Clamp(_refusedSinceProbing, 1, MostRefusalsCounted);
        return _accepted >= needed || (_accepted >= 2 && held >= LongestHold);
    }

    private bool IsStepDone(double now)
    {
        if (_isGuess)
        {
            return IsGuessHeld(now);
        }

        var lasted = now - _phaseSince;
        var least = _step > SmallStep ? SecondsPerLargerStep : SecondsPerStep;
        return (_accepted >= MessagesPerStep && lasted >= least) || (_accepted >= 2 && lasted >= LongestStep);
    }

    private bool IsGuessHeld(double now)
    {
        var held = now - _phaseSince;
        return (_accepted >= MessagesPerGuess && held >= SecondsPerGuess) || (_accepted >= 2 && held >= LongestGuess);
    }

    /// <summary>Quickly towards the rate that was refused, slowly past it, and faster and faster where that is no limit any more.</summary>
    private void StepUp(double now)
    {
        if (_isLimiting)
        {
            Rate *= 1 + NextStep();
        }

        Enter(Phase.Probing, now);
        if (Rate >= Ceiling)
        {
            Forget();
        }
    }

    private double NextStep()
    {
        if (_isGuess)
        {
            _target = Rate;
            return GuessingStep;
        }

        if (Rate > Past * _refusedAtRate)
        {
            _target = Math.Max(_target, Rate * JustBelow);
            return _step = Math.Min(LargestStep, 1.5 * _step);
        }

        var gap = ((JustBelow * _refusedAtRate) - Rate) / Rate;
        return Math.Clamp(gap / 3, SmallStep, LargestStep);
    }

    private void Enter(Phase phase, double now)
    {
        _phase = phase;
        _phaseSince = now;
        _accepted = 0;
        _isLimiting = false;
    }
}
