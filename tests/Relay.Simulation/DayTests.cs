using Relay.Simulation.Day;
using Relay.TestKit;

namespace Relay.Simulation;

/// <summary>A day of mail for accounts at providers, who count; the long form is the plot of docs/providers.md.</summary>
public sealed class DayTests
{
    /// <summary>Of the least time that the limits allow.</summary>
    private const double MostMakespan = 1.05;

    [Test]
    public void A_small_day_keeps_every_limit_loses_nothing_and_ends_as_soon_as_the_limits_allow() => Live(DayPlan.Create(scale: 20));

    [Test]
    [Category("Soak")]
    public void A_day_of_a_hundred_thousand_messages_keeps_every_limit_loses_nothing_and_ends_as_soon_as_the_limits_allow()
    {
        var result = Live(DayPlan.Create(scale: 1));

        var folder = Directory.CreateDirectory(Repository.PathOf("artifacts/providers"));
        File.WriteAllText(Path.Combine(folder.FullName, "day.csv"), result.Recorder.ToCsv(Optimum.Schedule(result.Plan)));
    }

    private static DayResult Live(DayPlan plan)
    {
        var result = SimulatedDay.Run(plan);
        TestContext.Out.WriteLine(result);
        Assert.That(result.Ledger.Violations, Is.Empty, result.ToString);
        Assert.That(result.Answered, Is.EqualTo(plan.Arrivals.Count), "messages answered 250");
        Assert.That(result.Recorder.LastAt, Is.GreaterThan(result.Bound), "nobody is faster than the limits: the bound is wrong");
        Assert.That(result.Makespan, Is.LessThanOrEqualTo(MostMakespan), result.ToString);
        return result;
    }
}
