using Relay.Core.Configuration;
using Relay.Core.Reception;
using Relay.TestKit;

namespace Relay.Tests.Reception;

public sealed class DataPatienceTests
{
    private readonly TestClock _time = new();
    private readonly LimitOptions _limits = new()
    {
        CommandTimeout = TimeSpan.FromSeconds(60),
        MessageTimeout = TimeSpan.FromMinutes(30),
        LeastDataRate = 100,
    };

    [Test]
    public void A_byte_a_second_uses_the_time_up_that_a_pause_may_take()
    {
        var patience = new DataPatience(_limits, _time, _time.GetTimestamp());
        var seconds = 0;
        while (patience.BeginRead() > TimeSpan.Zero)
        {
            seconds++;
            _time.Advance(TimeSpan.FromSeconds(1));
            patience.EndRead(1);
        }

        Assert.That(seconds, Is.InRange(60, 62));
        Assert.That(patience.End, Is.EqualTo(DataEnd.TooSlow));
    }

    [Test]
    public void The_least_rate_is_enough()
    {
        var patience = new DataPatience(_limits, _time, _time.GetTimestamp());
        for (var second = 0; second < 1700; second++)
        {
            Assert.That(patience.BeginRead(), Is.GreaterThan(TimeSpan.Zero));
            _time.Advance(TimeSpan.FromSeconds(1));
            patience.EndRead(100);
        }
    }

    [Test]
    public void A_pause_is_paid_for_by_the_bytes_after_it()
    {
        var patience = new DataPatience(_limits, _time, _time.GetTimestamp());
        for (var pause = 0; pause < 10; pause++)
        {
            Assert.That(patience.BeginRead(), Is.EqualTo(TimeSpan.FromSeconds(60)));
            _time.Advance(TimeSpan.FromSeconds(59));
            patience.EndRead(64 * 1024);
        }
    }

    [Test]
    public void Silence_is_told_as_such()
    {
        var patience = new DataPatience(_limits, _time, _time.GetTimestamp());
        patience.BeginRead();
        _time.Advance(TimeSpan.FromSeconds(30));
        patience.EndRead(0); // woken for something else

        Assert.That(patience.BeginRead(), Is.EqualTo(TimeSpan.FromSeconds(30)));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(patience.End, Is.EqualTo(DataEnd.TimedOut));
    }

    [Test]
    public void All_together_may_not_take_longer_than_a_message()
    {
        var patience = new DataPatience(_limits with { MessageTimeout = TimeSpan.FromSeconds(90) }, _time, _time.GetTimestamp());
        patience.BeginRead();
        _time.Advance(TimeSpan.FromSeconds(50));
        patience.EndRead(1_000_000);

        Assert.That(patience.BeginRead(), Is.EqualTo(TimeSpan.FromSeconds(40)));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.That(patience.End, Is.EqualTo(DataEnd.TimedOut));
    }

    [Test]
    public void Time_that_Relay_takes_between_two_reads_is_not_the_client_s()
    {
        var patience = new DataPatience(_limits, _time, _time.GetTimestamp());
        patience.BeginRead();
        patience.EndRead(10);
        _time.Advance(TimeSpan.FromSeconds(59)); // a slow disk

        Assert.That(patience.BeginRead(), Is.EqualTo(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public void Without_a_least_rate_any_byte_begins_the_time_anew()
    {
        var patience = new DataPatience(_limits with { LeastDataRate = 0 }, _time, _time.GetTimestamp());
        patience.BeginRead();
        _time.Advance(TimeSpan.FromSeconds(59));
        patience.EndRead(1);

        Assert.That(patience.BeginRead(), Is.EqualTo(TimeSpan.FromSeconds(60)));
    }
}
