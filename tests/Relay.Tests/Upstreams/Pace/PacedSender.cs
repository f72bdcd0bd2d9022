using Relay.Core.Upstreams.Pace;

namespace Relay.Tests.Upstreams.Pace;

/// <summary>Sends to a model server on virtual time, always as much as the pace allows, over a number of connections with a round trip that varies.</summary>
internal sealed class PacedSender(LimitingServer server, int connections, double roundTrip, int seed)
{
    private readonly PriorityQueue<(double StartedAt, bool IsTaken), double> _underWay = new();
    private readonly VirtualTime _time = new();
    private readonly Random _random = new(seed);
    private AdaptivePace? _pace;

    public AdaptivePace Pace => _pace ??= new AdaptivePace(_time);

    public int Accepted { get; private set; }

    public int Refused { get; private set; }

    /// <summary>Share of the messages sent since the last <see cref="Forget"/> that were refused.</summary>
    public double RefusedShare => Refused / (double)Math.Max(1, Accepted + Refused);

    /// <summary>Begins to count anew.</summary>
    public void Forget() => (Accepted, Refused) = (0, 0);

    /// <summary>Sends for so many seconds.</summary>
    public void Run(double seconds)
    {
        var end = _time.Now + seconds;
        while (_time.Now < end)
        {
            while (_underWay.Count < connections && Pace.Wait() == TimeSpan.Zero && Pace.TryTake())
            {
                Send();
            }

            var nextTurn = _underWay.Count < connections ? _time.Now + Pace.Wait().TotalSeconds + 1e-7 : double.PositiveInfinity;
            var nextReply = _underWay.TryPeek(out _, out var at) ? at : double.PositiveInfinity;
            _time.Now = Math.Min(end, Math.Min(nextTurn, nextReply));
            while (_underWay.TryPeek(out _, out at) && at <= _time.Now)
            {
                Hear(_underWay.Dequeue());
            }
        }
    }

    private void Send()
    {
        var there = _time.Now; // the server decides in the order of arrival; only the reply takes its time
        var back = roundTrip * (0.5 + _random.NextDouble());
        _underWay.Enqueue((_time.Now, server.Takes(there)), _time.Now + back);
    }

    private void Hear((double StartedAt, bool IsTaken) message)
    {
        var underWay = TimeSpan.FromSeconds(_time.Now - message.StartedAt);
        if (message.IsTaken)
        {
            Accepted++;
            Pace.Accepted(underWay);
        }
        else
        {
            Refused++;
            Pace.Refused(underWay);
        }
    }

    private sealed class VirtualTime : TimeProvider
    {
        public double Now { get; set; }

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => (long)(Now * 1e9);
    }
}
