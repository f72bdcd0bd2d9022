using CsCheck;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Pace;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Pace;

/// <summary>Never more than the limit in any window, wherever it begins, and hardly ever less.</summary>
public sealed class RateWindowTests
{
    private static readonly PaceAmount One = new(1, 1);

    private readonly TestClock _time = new();

    private long Now => _time.GetTimestamp();

    [Test]
    public void One_is_free_again_a_window_after_its_attempt_has_ended()
    {
        var window = Window("2/s");
        Use(window);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Use(window);

        Assert.That(window.RoomAt(One, Now) - Now, Is.EqualTo(TimeSpan.FromMilliseconds(700).Ticks));
        _time.Advance(TimeSpan.FromMilliseconds(699.9999));
        Assert.That(window.RoomAt(One, Now), Is.GreaterThan(Now));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.That(window.RoomAt(One, Now), Is.EqualTo(Now));
    }

    [Test]
    public void What_is_held_takes_room_and_is_given_back_whole()
    {
        var window = Window("1/day");
        window.Take(One, Now);
        Assert.That(window.RoomAt(One, Now), Is.EqualTo(Now + TimeSpan.FromDays(1).Ticks), "it ends now at the earliest");

        window.GiveBack(One, Now);

        Assert.That(window.RoomAt(One, Now), Is.EqualTo(Now));
        Assert.That(window.Read(Now)!.Used, Is.Zero);
    }

    [Test]
    public void Recipients_are_counted_one_by_one()
    {
        var window = Window("10/min", countsRecipients: true);
        window.Take(new PaceAmount(1, 7), Now);

        Assert.That(window.RoomAt(new PaceAmount(1, 3), Now), Is.EqualTo(Now));
        Assert.That(window.RoomAt(new PaceAmount(1, 4), Now), Is.GreaterThan(Now));
        Assert.That(window.RoomAt(new PaceAmount(1, 11), Now), Is.EqualTo(long.MaxValue), "it will never have room for so many");
        Assert.That(window.MostRecipients, Is.EqualTo(10));
    }

    [Test]
    public void A_changed_limit_finds_what_was_used()
    {
        var window = Window("3/min");
        Use(window);
        Use(window);

        window.Apply(RateOf("2/min"));
        Assert.That(window.RoomAt(One, Now), Is.GreaterThan(Now));
        window.Apply(null);
        Assert.That(window.RoomAt(One, Now), Is.EqualTo(Now), "no limit any more");
        Use(window);
        window.Apply(RateOf("3/min"));
        Assert.That(window.RoomAt(One, Now), Is.GreaterThan(Now), "what was used without a limit counts for one that comes back");
    }

    [TestCase("7/s", 40)]
    [TestCase("30/min", 2000)]
    [TestCase("999/min", 60)]
    [TestCase("5000/min", 13)]
    [TestCase("100000/day", 900)]
    public void A_server_never_counts_more_than_the_limit_in_any_window(string rate, int milliseconds)
    {
        // The next message comes so much later; its attempt takes so long; the server counts it at this share of that time.
        var arrival = Gen.Select(Gen.Int[0, milliseconds], Gen.Int[0, milliseconds * 3], Gen.Double[0, 1]);
        arrival
            .List[1, 300]
            .Sample(arrivals => Assert.That(MostInAWindow(rate, arrivals), Is.LessThanOrEqualTo(RateOf(rate).Limit)), iter: 25);
    }

    [TestCase("14/s", 30)]
    [TestCase("1000/min", 10)]
    [TestCase("20000/min", 10)]
    [TestCase("86400/day", 3)]
    public void Whoever_always_has_mail_loses_less_than_a_five_hundredth_of_the_rate(string text, int windows)
    {
        var rate = RateOf(text);
        var window = Window(text);
        var sent = 0L;
        var end = Now + (rate.Window.Ticks * windows);
        // At even distances, which is the worst for slices: each is filled over its whole length.
        var step = rate.Window / rate.Limit;
        while (Now < end)
        {
            if (window.RoomAt(One, Now) is var at && at > Now)
            {
                _time.Advance(TimeSpan.FromTicks(at - Now));
                continue;
            }

            Use(window);
            sent++;
            _time.Advance(step);
        }

        var elapsed = (double)windows * rate.Limit;
        Assert.That(sent, Is.GreaterThanOrEqualTo((elapsed * 0.998) - rate.Limit * 0.02));
    }

    [Test]
    public void Memory_is_bounded_however_high_the_limit_is()
    {
        var window = Window("1000000/day");
        for (var message = 0; message < 200_000; message++)
        {
            Use(window);
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.That(window.Slices, Is.LessThanOrEqualTo(RateWindow.MostSlices + 2));
    }

    /// <summary>Sends what arrives as soon as there is room, and counts as the server does, which sees each at some moment of its attempt.</summary>
    private static int MostInAWindow(string rate, List<(int Gap, int Duration, double Share)> arrivals)
    {
        var time = new TestClock(); // samples run side by side
        var window = new RateWindow(RateOf(rate), countsRecipients: false, time);
        var running = new PriorityQueue<bool, long>();
        List<long> counted = [];
        var burst = Math.Max(1, RateOf(rate).Limit / 20);
        foreach (var (gap, duration, share) in arrivals)
        {
            Pass(TimeSpan.FromMilliseconds(gap).Ticks);
            for (var message = 0; message < burst; message++)
            {
                while (window.RoomAt(One, time.GetTimestamp()) is var at && at > time.GetTimestamp())
                {
                    var next = running.TryPeek(out _, out var end) ? Math.Min(at, end) : at;
                    Pass(Math.Max(1, next - time.GetTimestamp()));
                }

                window.Take(One, time.GetTimestamp());
                var length = TimeSpan.FromMilliseconds(duration).Ticks;
                counted.Add(time.GetTimestamp() + (long)(length * share));
                running.Enqueue(true, time.GetTimestamp() + length);
            }
        }

        counted.Sort();
        return MostWithin(RateOf(rate).Window.Ticks, counted);

        void Pass(long ticks)
        {
            var until = time.GetTimestamp() + ticks;
            while (running.TryPeek(out _, out var end) && end <= until)
            {
                running.Dequeue();
                time.Advance(TimeSpan.FromTicks(end - time.GetTimestamp()));
                window.Settle(One, time.GetTimestamp());
            }

            time.Advance(TimeSpan.FromTicks(until - time.GetTimestamp()));
        }
    }

    /// <param name="length">Of the window, its end not included.</param>
    /// <param name="counted">Moments, in order.</param>
    private static int MostWithin(long length, List<long> counted)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < counted.Count; last++)
        {
            while (counted[last] - counted[first] >= length)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    private void Use(RateWindow window)
    {
        window.Take(One, Now);
        window.Settle(One, Now);
    }

    private RateWindow Window(string rate, bool countsRecipients = false) => new(RateOf(rate), countsRecipients, _time);

    private static Rate RateOf(string text) =>
        Rate.TryParse(text, out var rate) ? rate.Value : throw new ArgumentException(text, nameof(text));
}
