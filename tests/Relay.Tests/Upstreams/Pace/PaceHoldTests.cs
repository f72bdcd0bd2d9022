using Relay.Core.Configuration;
using Relay.Core.Upstreams.Pace;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Pace;

/// <summary>What an attempt holds of the pace, transaction by transaction.</summary>
public sealed class PaceHoldTests
{
    private readonly TestClock _time = new();

    [Test]
    public void Without_a_rate_nothing_is_held()
    {
        var pace = Pace();

        Assert.That(pace.TryTake(1000, out var hold), Is.True);
        Assert.That(hold, Is.Null);
    }

    [Test]
    public void What_was_never_begun_is_given_back()
    {
        var pace = Pace(["1/min"]);
        pace.TryTake(1, out var hold);
        Assert.That(pace.HasRoom(1), Is.False);

        hold!.End();

        Assert.That(pace.HasRoom(1), Is.True);
    }

    [Test]
    public void What_was_begun_counts_from_the_end_of_the_attempt()
    {
        var pace = Pace(["1/min"]);
        pace.TryTake(1, out var hold);
        hold!.Begin(1);
        _time.Advance(TimeSpan.FromSeconds(59));
        hold.End();

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(pace.HasRoom(1), Is.False);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(pace.HasRoom(1), Is.True);
    }

    [Test]
    public void Each_further_transaction_is_a_message_of_its_own()
    {
        var pace = Pace(["2/min"]);
        pace.TryTake(1, out var hold);

        Assert.That((hold!.Begin(1), hold.Begin(1), hold.Begin(1)), Is.EqualTo((1, 1, 0)));
    }

    [Test]
    public void A_transaction_that_never_reached_the_server_costs_nothing()
    {
        var pace = Pace(["1/min"]);
        pace.TryTake(1, out var hold);
        hold!.Begin(1);
        hold.Undo(1);
        hold.End();

        Assert.That(pace.HasRoom(1), Is.True);
    }

    [Test]
    public void Recipients_beyond_the_reservation_go_along_while_there_is_room()
    {
        var pace = Pace(recipients: ["10/min"]);
        pace.TryTake(4, out var hold);
        Assert.That(hold!.Begin(6), Is.EqualTo(6));

        Assert.That(hold.Begin(5), Is.Zero, "four are left, and a transaction is begun whole or not at all unless it was reserved");
        Assert.That(pace.RecipientsNow(5), Is.EqualTo(4));
    }

    [Test]
    public void Two_servers_of_one_account_share_its_rates()
    {
        var account = new PaceAccount(_time);
        var options = new UpstreamOptions { Rates = ["1/min"] };
        var (first, second) = (new UpstreamPace(_time, account), new UpstreamPace(_time, account));
        first.Apply(options);
        second.Apply(options);

        first.TryTake(1, out _);

        Assert.That(second.HasRoom(1), Is.False);
    }

    [Test]
    public void The_reason_tells_which_rate_is_used_up_and_until_when()
    {
        _time.SetUtcNow(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        var pace = Pace(["2/s", "2/h"]);
        Use(pace);
        Use(pace);

        Assert.That(pace.Reason, Is.EqualTo("2/h used up until 2026-05-01 13:00:00Z"));
        Assert.That(pace.PerSecond, Is.EqualTo(2 / 3600.0));
        Assert.That(pace.Readings.Select(static reading => (reading.Name, reading.Used)), Is.EqualTo(new[] { ("2/s", 2L), ("2/h", 2L) }));
    }

    private static void Use(UpstreamPace pace)
    {
        pace.TryTake(1, out var hold);
        hold!.Begin(1);
        hold.End();
    }

    private UpstreamPace Pace(string[]? messages = null, string[]? recipients = null)
    {
        var pace = new UpstreamPace(_time);
        pace.Apply(new UpstreamOptions { Rates = messages ?? [], RecipientRates = recipients ?? [] });
        return pace;
    }
}
