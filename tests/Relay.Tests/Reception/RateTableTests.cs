using CsCheck;
using Relay.Core.Reception.Access;
using Relay.Core.Timing;
using Relay.TestKit;

namespace Relay.Tests.Reception;

public sealed class RateTableTests
{
    private static readonly ClientNetwork Client = new(1, IsIPv6: false);
    private static readonly ClientNetwork Other = new(2, IsIPv6: false);

    private readonly TestClock _time = new(new DateTimeOffset(2026, 11, 24, 6, 5, 4, TimeSpan.Zero));

    [Test]
    public void A_client_has_its_share_of_a_minute_and_others_have_theirs()
    {
        var rates = new RateTable(_time, capacity: 10);

        Assert.That(Take(rates, Client, times: 4, limit: 3), Is.EqualTo([true, true, true, false]));
        Assert.That(rates.TryTake(Other, 3), Is.True);
    }

    [Test]
    public void The_share_is_there_again_when_the_minute_is_over()
    {
        var rates = new RateTable(_time, capacity: 10);
        Take(rates, Client, times: 3, limit: 3);

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(rates.TryTake(Client, 3), Is.False);

        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(Take(rates, Client, times: 4, limit: 3), Is.EqualTo([true, true, true, false]));
    }

    [Test]
    public void What_is_given_back_was_never_taken()
    {
        var rates = new RateTable(_time, capacity: 10);
        Take(rates, Client, times: 3, limit: 3);

        rates.GiveBack(Client);
        rates.GiveBack(Other);

        Assert.That(Take(rates, Client, times: 2, limit: 3), Is.EqualTo([true, false]));
    }

    [Test]
    public void No_minute_wherever_it_begins_holds_more_than_the_limit()
    {
        var steps = Gen.Int[0, 20_000].Array[1, 200];
        steps.Sample(pauses =>
        {
            var time = new TestClock(DateTimeOffset.UnixEpoch);
            var rates = new RateTable(time, capacity: 10);
            var taken = new List<DateTimeOffset>();
            foreach (var pause in pauses)
            {
                time.Advance(TimeSpan.FromMilliseconds(pause));
                if (rates.TryTake(Client, 5))
                {
                    taken.Add(time.GetUtcNow());
                }
            }

            return taken.TrueForAll(first => taken.Count(at => at >= first && at < first.AddMinutes(1)) <= 5);
        });
    }

    [Test]
    public void A_full_table_counts_no_strangers_and_still_bounds_those_it_knows()
    {
        var rates = new RateTable(_time, capacity: 1);
        rates.TryTake(Client, 1);

        Assert.That(Take(rates, Other, times: 3, limit: 1), Is.All.True);
        Assert.That(rates.TryTake(Client, 1), Is.False);
        Assert.That(rates.Count, Is.EqualTo(1));
    }

    [Test]
    public void Clients_that_did_nothing_for_a_minute_are_forgotten_on_the_heartbeat()
    {
        using var heartbeat = new Heartbeat(_time);
        using var rates = new ClientRates(heartbeat, _time);
        rates.Messages.TryTake(Client, 1);
        rates.Recipients.TryTake(Client, 1);
        Assert.That((rates.Messages.Count, rates.Recipients.Count), Is.EqualTo((1, 1)));

        for (var second = 0; second < 80; second++)
        {
            _time.Advance(Heartbeat.Interval);
        }

        Assert.That((rates.Messages.Count, rates.Recipients.Count), Is.EqualTo((0, 0)));
        Assert.That(rates.Messages.TryTake(Client, 1), Is.True, "it may come again");
    }

    [Test]
    public void A_known_client_costs_no_memory()
    {
        var rates = new RateTable(TimeProvider.System, capacity: 10);
        Take(rates, Client, times: 100, limit: int.MaxValue);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 1000; count++)
        {
            rates.TryTake(Client, int.MaxValue);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000));
    }

    private static List<bool> Take(RateTable rates, ClientNetwork client, int times, int limit) =>
        [.. Enumerable.Range(0, times).Select(_ => rates.TryTake(client, limit))];
}
