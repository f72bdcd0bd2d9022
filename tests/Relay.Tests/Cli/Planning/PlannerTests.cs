using CsCheck;
using Relay.Cli.Planning;

namespace Relay.Tests.Cli.Planning;

public sealed class PlannerTests
{
    [Test]
    public void Connections_follow_from_Littles_law()
    {
        var plan = Planner.Plan(Equal(2, 10, 0.12), new PlanDemand { PerHour = 36_000, Peak = 3 });

        Assert.That(plan.Servers.Select(static server => server.PerSecond), Is.All.EqualTo(15));
        Assert.That(plan.Servers.Select(static server => server.BusyConnections), Is.All.EqualTo(1.8).Within(1e-9));
        Assert.That(
            plan.Choices[0],
            Is.EqualTo(new PlanChoice(2, 30, 5)),
            "30/s by 0.12 s are 3.6 busy ones, and 4.5 with a fifth of them free"
        );
        Assert.That(plan.Suffices, Is.True);
    }

    [Test]
    public void It_suffices_up_to_what_is_left_after_the_loss_with_a_fifth_of_the_connections_free()
    {
        var plan = Planner.Plan(Equal(3, 10, 0.1), new PlanDemand { PerHour = 1000, Peak = 2 });

        Assert.That(plan.MostPerHour, Is.EqualTo(2 * 80 * 3600 / 2).Within(1e-6));
        Assert.That(plan.Capacity, Is.EqualTo(300).Within(1e-9));
    }

    [Test]
    public void A_failure_tells_what_waits_how_much_that_becomes_and_when_it_is_gone()
    {
        var demand = new PlanDemand
        {
            PerHour = 180_000,
            Peak = 2,
            Size = 1000,
            Outage = TimeSpan.FromMinutes(10),
        };

        var failure = Planner.Plan(Equal(2, 8, 0.1), demand).Failures[0];

        Assert.That(failure.Loads, Has.Count.EqualTo(1));
        Assert.That(failure.Loads["s1"], Is.EqualTo(1).Within(1e-9));
        Assert.That(failure.WaitingPerSecond, Is.EqualTo(20).Within(1e-9), "100/s come, 80 are taken");
        Assert.That(failure.Queue, Is.EqualTo(12_000).Within(1e-6));
        Assert.That(failure.QueueBytes, Is.EqualTo(12e6).Within(1e-3));
        Assert.That(failure.GoneAfterSeconds, Is.EqualTo(12_000 / 110.0).Within(1e-6), "160/s are taken then, and 50 come");
    }

    [Test]
    public void A_queue_that_only_grows_is_never_gone()
    {
        var failure = Planner.Plan(Equal(2, 1, 1), new PlanDemand { PerHour = 36_000, Peak = 1 }).Failures[0];

        Assert.That(failure.GoneAfterSeconds, Is.Null);
    }

    [Test]
    public void When_all_of_the_first_tier_are_lost_the_next_one_carries_it()
    {
        PlanServer[] servers = [Server("a", 10, 0.1), Server("b", 10, 0.1) with { Tier = 1 }];

        var failure = Planner.Plan(Group(servers), new PlanDemand { PerHour = 36_000, Peak = 2 }).Failures[0];

        Assert.That(failure.Loads["b"], Is.EqualTo(0.2).Within(1e-9));
    }

    [Test]
    public void A_small_backup_is_the_worst_case_of_a_large_primary()
    {
        PlanServer[] servers = [Server("a", 100, 0.1), Server("b", 1, 0.1) with { Tier = 1 }];

        var plan = Planner.Plan(Group(servers), new PlanDemand { PerHour = 360_000, Peak = 1 });

        Assert.That(plan.Suffices, Is.False);
        Assert.That(plan.MostPerHour, Is.EqualTo(8 * 3600).Within(1e-6));
    }

    [Test]
    public void Rates_bound_what_connections_could_do()
    {
        var plan = Planner.Plan(
            Group([Server("ses", 50, 0.1) with { MostPerSecond = 14 }, Server("own", 50, 0.1)]),
            new PlanDemand { PerHour = 180_000, Peak = 1 }
        );

        Assert.That(plan.Servers.Single(static server => server.Name == "ses").LimitedBy, Is.EqualTo("rate"));
        Assert.That(plan.Servers.Single(static server => server.Name == "ses").PerSecond, Is.EqualTo(14).Within(1e-9));
        Assert.That(plan.Advice, Has.Some.Contains("ses is held back by its rate of 14/s"));
    }

    [Test]
    public void Quotas_of_a_day_are_told()
    {
        var plan = Planner.Plan(
            Group([Server("a", 50, 0.1) with { MostPerDay = 10_000 }]),
            new PlanDemand
            {
                PerHour = 1000,
                Redundancy = 0,
                HoursPerDay = 12,
            }
        );

        Assert.That(plan.Suffices, Is.False);
        Assert.That(plan.MostPerHour, Is.EqualTo(10_000 / 12.0).Within(1e-6));
        Assert.That(plan.Advice.Single(), Does.Contain("10,000 messages a day").And.Contain("12,000 are expected"));
    }

    [Test]
    public void One_server_never_bears_the_loss_of_one()
    {
        var plan = Planner.Plan(Equal(1, 100, 0.01), new PlanDemand { PerHour = 1 });

        Assert.That((plan.Suffices, plan.MostPerHour), Is.EqualTo((false, 0)));
        Assert.That(plan.Advice, Has.Some.Contains("Add 1 server such as s0"));
    }

    [Test]
    public void SpillAt_is_named_where_it_would_help()
    {
        PlanServer[] servers = [Server("a", 10, 0.1), Server("b", 10, 0.1), Server("c", 20, 0.1) with { Tier = 1 }];

        var plan = Planner.Plan(Group(servers), new PlanDemand { PerHour = 432_000, Peak = 1 });

        Assert.That(plan.Suffices, Is.False);
        Assert.That(plan.Advice, Has.Some.Contains("SpillAt"));
    }

    [Test]
    public void What_is_said_to_suffice_bears_every_loss() =>
        Gen.Select(
                Gen.Select(Gen.Int[1, 40], Gen.Double[0.01, 1], Gen.Int[0, 1]).Array[1, 5],
                Gen.Int[0, 2],
                Gen.Double[1, 5],
                Gen.Double[10, 500_000]
            )
            .Sample(
                static (drawn, redundancy, peak, perHour) =>
                {
                    var group = Group([
                        .. drawn.Select(static (one, index) => Server($"s{index}", one.Item1, one.Item2) with { Tier = one.Item3 }),
                    ]);
                    var demand = new PlanDemand
                    {
                        PerHour = perHour,
                        Peak = peak,
                        Redundancy = redundancy,
                    };

                    var plan = Planner.Plan(group, demand);

                    if (plan.Suffices && redundancy > 0)
                    {
                        Assert.That(plan.Failures.Select(static failure => failure.WaitingPerSecond), Is.All.LessThan(1e-6));
                    }

                    Assert.That(plan.Suffices, Is.EqualTo(plan.Advice.Count == 0));
                }
            );

    [Test]
    public void Less_mail_and_more_servers_never_make_it_worse() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 40], Gen.Double[0.01, 1], Gen.Double[10, 500_000])
            .Sample(
                static (count, connections, reply, perHour) =>
                {
                    var demand = new PlanDemand { PerHour = perHour };
                    var plan = Planner.Plan(Equal(count, connections, reply), demand);

                    Assert.That(
                        Planner.Plan(Equal(count + 1, connections, reply), demand).MostPerHour,
                        Is.GreaterThanOrEqualTo(plan.MostPerHour)
                    );
                    Assert.That(
                        Planner.Plan(Equal(count, connections, reply), demand with { PerHour = perHour / 2 }).ShareThatWaits,
                        Is.LessThanOrEqualTo(plan.ShareThatWaits)
                    );
                }
            );

    [TestCase(1, 0.5, 0.5, Description = "one connection: it waits whenever the other is busy")]
    [TestCase(10, 8, 0.4092)]
    [TestCase(100, 80, 0.0197)]
    [TestCase(5, 5, 1)]
    [TestCase(5, 0, 0)]
    public void The_share_that_waits_is_Erlangs(int connections, double busy, double expected) =>
        Assert.That(WaitingLine.ShareThatWaits(connections, busy), Is.EqualTo(expected).Within(0.0005));

    private static PlanGroup Equal(int count, int connections, double reply) =>
        Group([.. Enumerable.Range(0, count).Select(index => Server($"s{index}", connections, reply))]);

    private static PlanGroup Group(IReadOnlyList<PlanServer> servers) =>
        new("default", "LeastConnections", Spills: false, Keeps: true, servers);

    private static PlanServer Server(string name, int connections, double reply) =>
        new()
        {
            Name = name,
            Connections = connections,
            ReplySeconds = reply,
        };
}
