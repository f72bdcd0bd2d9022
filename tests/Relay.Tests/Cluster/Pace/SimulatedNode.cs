using Relay.Core.Cluster.Pace;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Pace;

namespace Relay.Tests.Cluster.Pace;

/// <summary>One node: real windows, the real conversation with the ledger, and mail that it sends as soon as it may.</summary>
internal sealed class SimulatedNode : IAccountBook
{
    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly SimulatedNetwork _network;
    private readonly ModelLedger _ledger;
    private readonly List<long> _arrivals;
    private readonly TimeSpan _keeps;
    private readonly PaceExchange _exchange;
    private readonly PaceRhythm _rhythm;
    private readonly UpstreamPace _pace;
    private readonly PriorityQueue<PaceHold, long> _underWay = new();
    private double _waiting;
    private bool _isTalking;
    private bool _isCalled = true;
    private long _nextExchange;

    public SimulatedNode(
        string rate,
        TimeSpan keeps,
        VirtualTime time,
        Random random,
        SimulatedNetwork network,
        ModelLedger ledger,
        List<long> arrivals
    )
    {
        (_time, _random, _network, _ledger, _arrivals, _keeps) = (time, random, network, ledger, arrivals, keeps);
        _exchange = new PaceExchange(keeps, time);
        _rhythm = new PaceRhythm(time);
        _pace = new UpstreamPace(time, new PaceAccount(time, this));
        _pace.Apply(new UpstreamOptions { Rates = [rate] });
    }

    /// <summary>Messages a second that come to it.</summary>
    public double Demand { get; set; }

    public bool IsDead { get; set; }

    public bool IsCutOff { get; set; }

    /// <summary>Microseconds that an attempt takes at most.</summary>
    public int Attempt { get; set; } = 4000;

    public long Sent { get; private set; }

    public string? Trouble => null;

    public Action OnUrgent { get; set; } = static () => { };

    public void BeginUnderLock(PaceAccount owner, RateWindow window) =>
        _exchange.Add(new SharedWindow(new WindowKey("default.a", window.CountsRecipients, window.Length), owner, window, _time));

    public void WriteUnderLock(PaceAccount owner, List<RateWindow> windows) => _isCalled = true;

    public void Close(PaceAccount owner, List<RateWindow> windows) { }

    /// <summary>Another node has spoken.</summary>
    public void Hear()
    {
        _rhythm.Hear();
        _isCalled = true;
    }

    /// <param name="step">Since the last time.</param>
    public void Step(long step)
    {
        if (IsDead)
        {
            return;
        }

        EndAttempts();
        // What cannot go out piles up for a while only, as a spool that others empty too.
        _waiting = Math.Min(_waiting + (Demand * step / VirtualTime.Second), Math.Max(1, Demand));
        while (_waiting >= 1 && _pace.TryTake(1, out var hold))
        {
            _waiting--;
            Send(hold!);
        }

        if (!_isTalking && (_isCalled || _time.Now >= _nextExchange) && _rhythm.Gap <= TimeSpan.Zero)
        {
            (_isTalking, _isCalled) = (true, false);
            Recover();
        }
    }

    /// <summary>All is over; gives back what it has.</summary>
    public void Leave()
    {
        EndAttempts();
        IsDead = true;
        if (_exchange is { IsUncertain: false, Holder: not 0 } && !_isTalking)
        {
            var write = _exchange.Plan(_ledger.Read([.. _exchange.Windows.Select(static window => window.Key)]), isLast: true);
            _ledger.Write(write!);
        }
    }

    private void EndAttempts()
    {
        while (_underWay.TryPeek(out var ended, out var at) && at <= _time.Now)
        {
            _underWay.Dequeue();
            ended.End();
        }
    }

    private void Send(PaceHold hold)
    {
        hold.Begin(1);
        var length = _random.Next(200, Attempt);
        _arrivals.Add(_time.Now + (long)(length * _random.NextDouble()));
        _underWay.Enqueue(hold, _time.Now + length);
        Sent++;
    }

    private void Recover()
    {
        if (!_exchange.IsUncertain)
        {
            Join();
            return;
        }

        var holder = _exchange.Holder;
        _network.Call(
            IsCutOff,
            () => _ledger.Recover(holder),
            state =>
            {
                _exchange.Settle(state);
                Join();
            },
            Fail
        );
    }

    private void Join()
    {
        if (_exchange.Holder != 0)
        {
            Read();
            return;
        }

        _network.Call(
            IsCutOff,
            () => _ledger.Join(_keeps),
            holder =>
            {
                _exchange.Joined(holder);
                Read();
            },
            Fail
        );
    }

    private void Read()
    {
        var isTidyDue = _rhythm.IsTidyDue;
        _network.Call(
            IsCutOff,
            () =>
            {
                if (isTidyDue)
                {
                    _ledger.Tidy();
                }

                return _ledger.Read([.. _exchange.Windows.Select(static window => window.Key)]);
            },
            Write,
            Fail
        );
    }

    private void Write(IReadOnlyList<WindowView> views)
    {
        if (IsDead)
        {
            return;
        }

        if (_exchange.Plan(views, isLast: false) is not { } write)
        {
            End(views, hasGrown: false);
            return;
        }

        _network.Call(
            IsCutOff,
            () =>
            {
                var taken = _ledger.Write(write);
                if (taken is not null && write.IsUrgent)
                {
                    OnUrgent();
                }

                return taken;
            },
            taken =>
            {
                if (!IsDead)
                {
                    End(views, _exchange.Complete(taken).Count > 0);
                }
            },
            () =>
            {
                _exchange.Lost();
                Fail();
            }
        );
    }

    private void End(IReadOnlyList<WindowView> views, bool hasGrown)
    {
        _rhythm.Exchanged(views, _exchange.Windows, hasGrown);
        _nextExchange = _time.Now + VirtualTime.Ticks(_rhythm.Interval);
        _isTalking = false;
    }

    private void Fail()
    {
        foreach (var window in _exchange.Windows)
        {
            window.Keep("the ledger is away");
        }

        _rhythm.Failed();
        _nextExchange = _time.Now + VirtualTime.Ticks(_rhythm.Interval);
        _isTalking = false;
    }
}
