namespace Relay.Tests.Cluster.Pace;

/// <summary>Never more than the limit in any window of all nodes together, whatever happens to nodes and ledger; and nearly all of it where there is mail.</summary>
public sealed class SharedPaceTests
{
    [TestCase("50/s", 3)]
    [TestCase("14/s", 5)]
    [TestCase("500/s", 20)]
    [TestCase("14/s", 20)]
    [TestCase("600/min", 3)]
    public void Nodes_that_all_have_mail_use_the_whole_limit(string rate, int nodes)
    {
        var simulation = new PaceSimulation(rate, nodes, seed: 1);
        simulation.Nodes.ForEach(static node => node.Demand = 1000);
        simulation.Run(5);

        var used = simulation.Used(() => simulation.Run(rate.EndsWith('s') ? 30 : 300, step: rate.EndsWith('s') ? 1000 : 10_000));

        TestContext.Out.WriteLine($"{used:P1} used, {simulation.Ledger.DurableWrites} of {simulation.Ledger.Writes} writes durable");
        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(LimitOf(rate)));
        Assert.That(used, Is.GreaterThanOrEqualTo(0.95));
        var fair = simulation.Sent / (double)nodes;
        TestContext.Out.WriteLine(string.Join(' ', simulation.Nodes.Select(static node => node.Sent)));
        Assert.That(simulation.Nodes.Select(static node => (double)node.Sent), Is.All.InRange(0.6 * fair, 1.7 * fair));
    }

    [TestCase("50/s", 3, 3.0)]
    [TestCase("50/s", 3, 5.0)]
    [TestCase("200/s", 10, 5.0)]
    public void Demand_that_moves_from_node_to_node_finds_the_limit_there(string rate, int nodes, double period)
    {
        var simulation = new PaceSimulation(rate, nodes, seed: 2);
        simulation.Run(2);

        var used = simulation.Used(() =>
        {
            for (var round = 0; round < 10; round++)
            {
                simulation.Nodes.ForEach(static node => node.Demand = 0);
                simulation.Nodes[round % nodes].Demand = 1000;
                simulation.Run(period);
            }
        });

        TestContext.Out.WriteLine($"{used:P1} used, {simulation.Ledger.DurableWrites} of {simulation.Ledger.Writes} writes durable");
        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(LimitOf(rate)));
        Assert.That(used, Is.GreaterThanOrEqualTo(0.95));
    }

    [Test]
    public void One_busy_node_among_quiet_ones_uses_the_whole_limit()
    {
        var simulation = new PaceSimulation("50/s", 8, seed: 3);
        simulation.Run(2);
        simulation.Nodes.ForEach(static node => node.Demand = 0.2);
        simulation.Nodes[0].Demand = 1000;
        simulation.Run(3);

        var used = simulation.Used(() => simulation.Run(30));

        TestContext.Out.WriteLine($"{used:P1} used");
        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(50));
        Assert.That(used, Is.GreaterThanOrEqualTo(0.95));
        Assert.That(simulation.Nodes[1].Sent, Is.GreaterThanOrEqualTo(4), "the quiet ones get what they need");
    }

    [Test]
    public void Where_there_is_less_than_one_for_each_all_get_their_turn()
    {
        var simulation = new PaceSimulation("5/s", 12, seed: 4);
        simulation.Nodes.ForEach(static node => node.Demand = 10);

        simulation.Run(150);

        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(5));
        Assert.That(simulation.Nodes.Min(static node => node.Sent), Is.GreaterThan(20));
    }

    [Test]
    public void What_a_dead_node_had_comes_back()
    {
        var simulation = new PaceSimulation("50/s", 3, seed: 5, keeps: TimeSpan.FromSeconds(10));
        simulation.Nodes.ForEach(static node => node.Demand = 1000);
        simulation.Run(14);
        simulation.Nodes[0].IsDead = true;
        simulation.Run(5);
        var meanwhile = simulation.Used(() => simulation.Run(5));
        simulation.Run(14);

        var used = simulation.Used(() => simulation.Run(20));

        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(50));
        Assert.That(meanwhile, Is.InRange(0.6, 0.7), "nobody knows yet that it is dead");
        Assert.That(used, Is.GreaterThanOrEqualTo(0.95));
    }

    [Test]
    public void A_node_that_stops_leaves_its_part_to_the_others_at_once()
    {
        var simulation = new PaceSimulation("50/s", 3, seed: 6);
        simulation.Nodes.ForEach(static node => node.Demand = 1000);
        simulation.Run(10);
        simulation.Nodes[0].Leave();
        simulation.Run(1.5);

        var used = simulation.Used(() => simulation.Run(10));

        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(50));
        Assert.That(used, Is.GreaterThanOrEqualTo(0.95));
    }

    [Test]
    public void Without_the_ledger_each_goes_on_with_its_part_for_as_long_as_it_may_and_then_stops()
    {
        var simulation = new PaceSimulation("60/s", 3, seed: 7, keeps: TimeSpan.FromSeconds(30));
        simulation.Nodes.ForEach(static node => node.Demand = 1000);
        simulation.Run(5);
        simulation.Network.IsDown = true;
        var during = simulation.Used(() => simulation.Run(28));
        simulation.Run(4);
        var after = simulation.Used(() => simulation.Run(60));
        simulation.Network.IsDown = false;
        simulation.Run(4);

        var again = simulation.Used(() => simulation.Run(20));

        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(60));
        Assert.That((during, after, again), Is.EqualTo((1.0, 0.0, 1.0)).Using<double>((a, b) => Math.Abs(a - b) < 0.05));
    }

    [TestCase("1000/h", 3)]
    [TestCase("20000/day", 6)]
    public void A_quota_is_used_up_by_all_together_and_not_exceeded(string rate, int nodes)
    {
        var simulation = new PaceSimulation(rate, nodes, seed: 8);
        simulation.Nodes.ForEach(static node => node.Demand = 100);
        var (limit, step) = (LimitOf(rate), 10_000);

        simulation.Run(180, step);

        TestContext.Out.WriteLine(
            $"{simulation.Sent} of {limit}, {simulation.Ledger.DurableWrites} of {simulation.Ledger.Writes} writes durable"
        );
        Assert.That(simulation.Sent, Is.InRange(limit * 0.99, limit));
        simulation.Run(3800, step: 200_000);
        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(limit));
        if (rate.EndsWith('h'))
        {
            Assert.That(simulation.Sent, Is.InRange(limit * 1.95, limit * 2), "an hour later as much again");
        }
    }

    [Test]
    public void Of_a_quota_a_dead_node_takes_little_with_it()
    {
        var simulation = new PaceSimulation("2000/day", 4, seed: 9, keeps: TimeSpan.FromSeconds(10));
        simulation.Nodes.ForEach(static node => node.Demand = 5);
        simulation.Run(40, step: 5000);
        simulation.Nodes[0].IsDead = true;
        simulation.Nodes[1].IsDead = true;

        simulation.Run(400, step: 5000);

        TestContext.Out.WriteLine($"{simulation.Sent} of 2000");
        Assert.That(simulation.Sent, Is.InRange(1850, 2000), "a twentieth each at most, while a quota is used as fast as that");
    }

    [Test]
    public void Whatever_happens_no_window_has_more_than_the_limit([Range(0, 23)] int seed)
    {
        string[] rates = ["50/s", "7/s", "300/s", "40/min", "600/min", "400/h"];
        var random = new Random(seed);
        var rate = rates[seed % rates.Length];
        var simulation = new PaceSimulation(rate, random.Next(3, 21), seed, keeps: TimeSpan.FromSeconds(random.Next(10, 20)));
        simulation.Network.Trouble = random.NextDouble() < 0.5 ? 0.05 : 0.3;
        simulation.Network.Latency = random.Next(1000, 300_000);
        for (var phase = 0; phase < 40; phase++)
        {
            Disturb(simulation, random);
            simulation.Run(random.Next(1, 8), step: 2000);
        }

        TestContext.Out.WriteLine($"{rate}, {simulation.Nodes.Count} nodes, {simulation.Sent} sent, {simulation.Ledger.Writes} writes");
        Assert.That(simulation.MostInAWindow(), Is.LessThanOrEqualTo(LimitOf(rate)));
        Assert.That(simulation.Sent, Is.Positive);
    }

    private static void Disturb(PaceSimulation simulation, Random random)
    {
        simulation.Network.IsDown = random.Next(8) == 0;
        foreach (var node in simulation.Nodes)
        {
            node.Demand = random.Next(3) == 0 ? 0 : random.Next(1, 400);
            node.IsCutOff ^= random.Next(8) == 0; // some for longer than they may use what they have
            node.Attempt = random.Next(1000, 200_000);
        }

        if (random.Next(5) == 0)
        {
            simulation.Ledger.Crash();
        }

        switch (random.Next(6))
        {
            case 0:
                simulation.Nodes[random.Next(simulation.Nodes.Count)].IsDead = true;
                break;
            case 1:
                simulation.Nodes[random.Next(simulation.Nodes.Count)].Leave();
                break;
            case 2:
                simulation.Add();
                break;
        }
    }

    private static int LimitOf(string rate) => int.Parse(rate.Split('/')[0], System.Globalization.CultureInfo.InvariantCulture);
}
