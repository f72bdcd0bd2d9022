using CsCheck;
using Relay.Cli.Planning;

namespace Relay.Tests.Cli.Planning;

public sealed class LoadDivisionTests
{
    private static readonly string[] Strategies = ["RoundRobin", "LeastConnections", "Failover", "Adaptive", "IpHash"];

    private static readonly Gen<PlanServer> Server = Gen.Select(
        Gen.Int[0, 2],
        Gen.Int[1, 5],
        Gen.Int[1, 50],
        Gen.Double[0.001, 2],
        Gen.Double[0.1, 400].Select(static rate => rate > 200 ? double.PositiveInfinity : rate),
        static (tier, weight, connections, reply, rate) =>
            new PlanServer
            {
                Name = "",
                Tier = tier,
                Weight = weight,
                Connections = connections,
                ReplySeconds = reply,
                MostPerSecond = rate,
            }
    );

    private static readonly Gen<PlanGroup> Group = Gen.Select(
        Server.Array[1, 6],
        Gen.Int[0, Strategies.Length - 1].Select(static index => Strategies[index]),
        Gen.Bool,
        static (servers, strategy, spills) =>
            new PlanGroup(
                "g",
                strategy,
                spills,
                Keeps: true,
                [.. servers.Select(static (server, index) => server with { Name = $"s{index}" })]
            )
    );

    [Test]
    public void Nothing_is_lost_and_nobody_gets_more_than_it_takes() =>
        Gen.Select(Group, Gen.Double[0.01, 2000])
            .Sample(
                static (group, rate) =>
                {
                    var division = LoadDivision.Of(group, group.Servers, rate);

                    Assert.That(division.Shares.Values.Sum() + division.Rest, Is.EqualTo(rate).Within(rate * 1e-9));
                    Assert.That(
                        division.Shares.All(static share => share.Value >= 0 && share.Value <= share.Key.Capacity * (1 + 1e-9)),
                        Is.True
                    );
                }
            );

    [Test]
    public void Something_waits_only_when_all_that_get_mail_are_full() =>
        Gen.Select(Group, Gen.Double[0.01, 2000])
            .Sample(
                static (group, rate) =>
                {
                    var division = LoadDivision.Of(group, group.Servers, rate);

                    Assert.That(
                        division.Rest <= rate * 1e-9 || division.Shares.All(static share => share.Value >= share.Key.Capacity * (1 - 1e-9)),
                        Is.True
                    );
                }
            );

    [Test]
    public void Another_server_never_makes_more_of_it_wait() =>
        Gen.Select(Group, Gen.Double[0.01, 2000])
            .Sample(
                static (group, rate) =>
                {
                    var first = group.Servers[0];
                    var without = LoadDivision.Of(group, group.Servers.Where(server => server != first && server.Tier == first.Tier), rate);
                    var with = LoadDivision.Of(group, group.Servers.Where(server => server.Tier == first.Tier), rate);

                    Assert.That(with.Rest, Is.LessThanOrEqualTo(without.Rest + (rate * 1e-9)));
                }
            );

    [Test]
    public void Equal_shares_by_weight_for_strategies_that_count_messages()
    {
        var division = Divide("RoundRobin", 40, Of("a", 10, 0.1, weight: 3), Of("b", 10, 0.2));

        Assert.That((division["a"], division["b"]), Is.EqualTo((30, 10)));
    }

    [Test]
    public void The_faster_gets_more_where_deliveries_under_way_are_counted()
    {
        var division = Divide("LeastConnections", 30, Of("a", 10, 0.1), Of("b", 10, 0.2));

        Assert.That(division["a"], Is.EqualTo(20).Within(1e-9));
    }

    [Test]
    public void Failover_fills_the_first_by_name()
    {
        var division = Divide("Failover", 120, Of("b", 10, 0.1), Of("a", 10, 0.1));

        Assert.That((division["a"], division["b"]), Is.EqualTo((100, 20)));
    }

    [Test]
    public void What_is_too_much_for_one_goes_to_the_others()
    {
        var division = Divide("RoundRobin", 60, Of("a", 10, 1), Of("b", 100, 1), Of("c", 100, 1));

        Assert.That((division["a"], division["b"], division["c"]), Is.EqualTo((10, 25, 25)));
    }

    [TestCase(false, 0)]
    [TestCase(true, 30)]
    public void Backups_help_only_where_the_tier_spills(bool spills, double ofBackup)
    {
        PlanServer[] servers = [Of("a", 10, 0.1), Of("b", 10, 0.1) with { Tier = 1 }];

        var division = LoadDivision.Of(new PlanGroup("g", "RoundRobin", spills, Keeps: true, servers), servers, 130);

        Assert.That(division.Shares.GetValueOrDefault(servers[1]), Is.EqualTo(ofBackup));
    }

    private static Dictionary<string, double> Divide(string strategy, double rate, params PlanServer[] servers) =>
        LoadDivision
            .Of(new PlanGroup("g", strategy, Spills: false, Keeps: true, servers), servers, rate)
            .Shares.ToDictionary(static share => share.Key.Name, static share => share.Value, StringComparer.Ordinal);

    private static PlanServer Of(string name, int connections, double reply, int weight = 1) =>
        new()
        {
            Name = name,
            Connections = connections,
            ReplySeconds = reply,
            Weight = weight,
        };
}
