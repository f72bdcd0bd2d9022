using Relay.Core.Configuration;
using Relay.Simulation.Day;
using Relay.Simulation.Providers;

namespace Relay.Simulation;

/// <summary>What the simulated day is measured by.</summary>
public sealed class OptimumTests
{
    [Test]
    public void One_account_lets_a_windowful_through_at_once_and_the_next_one_a_window_later()
    {
        var plan = Plan(AllAtOnce(61), Account("a", Ration.PerMinute(30)));
        Assert.That(Optimum.Bound(plan), Is.EqualTo(TimeSpan.FromMinutes(2)));
        Assert.That(Optimum.Schedule(plan)[^1], Is.EqualTo(TimeSpan.FromMinutes(2)));
    }

    [Test]
    public void Of_two_rations_the_narrower_one_counts_at_each_moment()
    {
        var plan = Plan(AllAtOnce(41), Account("a", Ration.PerSecond(1), Ration.PerHour(40)));
        Assert.That(Optimum.Schedule(plan)[39], Is.EqualTo(TimeSpan.FromSeconds(39)));
        Assert.That(Optimum.Bound(plan), Is.EqualTo(TimeSpan.FromHours(1)));
    }

    [Test]
    public void Accounts_add_up()
    {
        var plan = Plan(AllAtOnce(91), Account("a", Ration.PerMinute(30)), Account("b", Ration.PerMinute(15)));
        Assert.That(Optimum.Bound(plan), Is.EqualTo(TimeSpan.FromMinutes(2)));
    }

    [Test]
    public void An_outage_is_waited_for()
    {
        var account = Account("a", Ration.PerMinute(30)) with { Outage = (TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)) };
        var plan = Plan(AllAtOnce(31), account);
        Assert.That(Optimum.Bound(plan), Is.EqualTo(TimeSpan.FromHours(1)));
    }

    [Test]
    public void What_arrives_late_cannot_be_sent_before()
    {
        var late = new Burst(TimeSpan.FromHours(5), TimeSpan.FromHours(5), 61);
        var plan = Plan([late], Account("a", Ration.PerMinute(30)));
        Assert.That(Optimum.Bound(plan), Is.EqualTo(TimeSpan.FromHours(5) + TimeSpan.FromMinutes(2)));
    }

    [Test]
    public void The_bound_of_the_day_is_met_by_a_schedule_to_a_hundredth()
    {
        var plan = DayPlan.Create(scale: 1);
        var (bound, end) = (Optimum.Bound(plan) - plan.BusyFrom, Optimum.Schedule(plan)[^1] - plan.BusyFrom);
        Assert.That(end / bound, Is.InRange(1.0, 1.01), $"{bound} and {end}");
    }

    private static List<Burst> AllAtOnce(int messages) => [new Burst(TimeSpan.Zero, TimeSpan.Zero, messages)];

    private static DayPlan Plan(List<Burst> bursts, params DayAccount[] accounts) =>
        new()
        {
            Accounts = accounts,
            Bursts = bursts,
            Arrivals = [.. bursts.SelectMany(static burst => Enumerable.Repeat(burst.From, burst.Messages))],
            Length = TimeSpan.FromDays(1),
        };

    private static DayAccount Account(string name, params Ration[] rations) =>
        new(name, new UpstreamOptions(), new ProviderTerms { Told = rations });
}
