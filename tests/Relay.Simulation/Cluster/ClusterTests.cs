using Relay.TestKit;

namespace Relay.Simulation.Cluster;

/// <summary>The formulas of docs/scaling.md hold in a simulation of the same nodes and the same database, and the document says what came out.</summary>
public sealed class ClusterTests
{
    private const double FewPerCent = 5;

    /// <summary>Beyond nine tenths of what the database can do there is no steady state.</summary>
    private static IEnumerable<TestCaseData<int, double>> Sizes =>
        from nodes in (int[])[1, 3, 10, 30, 100]
        from spooled in (double[])[0.02, 0.2, 1]
        let of = new ClusterParameters { Nodes = nodes, SpooledShare = spooled }
        where of.Spooled < 0.9 * ClusterModel.Capacity(of)
        select new TestCaseData<int, double>(nodes, spooled);

    [TestCaseSource(nameof(Sizes))]
    public void Model_and_simulation_agree(int nodes, double spooled)
    {
        var of = new ClusterParameters { Nodes = nodes, SpooledShare = spooled };
        var (model, run) = (ClusterModel.Solve(of), ClusterSimulation.Run(of, ScalingTables.Seconds(of), seed: 1));

        Assert.That(run.Commits, Is.EqualTo(model.Commits).Within(FewPerCent).Percent, "commits");
        Assert.That(
            run.CommitsPerSpooledMessage,
            Is.EqualTo(model.CommitsPerSpooledMessage).Within(FewPerCent).Percent,
            "commits per spooled message"
        );
        Assert.That(run.CommitTime, Is.EqualTo(model.CommitTime).Within(FewPerCent).Percent, "time of a commit");
        Assert.That(run.WalBytes, Is.EqualTo(model.WalBytes).Within(FewPerCent).Percent, "WAL");
        Assert.That(run.ProcessorsInUse, Is.EqualTo(model.ProcessorsInUse).Within(FewPerCent).Percent, "processors");
    }

    [TestCase(400e6, Description = "the disk is full first")]
    [TestCase(4e9, Description = "the processors are")]
    public void Where_more_comes_than_the_database_takes_both_say_what_it_takes(double bandwidth)
    {
        var of = new ClusterParameters
        {
            Nodes = 400,
            SpooledShare = 1,
            WalBandwidth = bandwidth,
            LargestBatch = 20, // with large ones a round takes seconds
        };

        var run = ClusterSimulation.Run(of, seconds: 4, seed: 1);

        Assert.That(ClusterModel.Solve(of).Spooled, Is.EqualTo(ClusterModel.Capacity(of)).And.LessThan(of.Spooled));
        Assert.That(run.Spooled, Is.EqualTo(ClusterModel.Capacity(of)).Within(FewPerCent).Percent);
        Assert.That(Math.Max(run.DiskInUse, run.ProcessorsInUse), Is.EqualTo(1).Within(FewPerCent).Percent);
    }

    [TestCase(10)]
    [TestCase(100)]
    [TestCase(200)]
    public void A_ledger_is_asked_one_after_the_other(int nodes)
    {
        var of = new ClusterParameters { Nodes = nodes, MessagesPerNode = 10 };

        var run = ClusterSimulation.Run(of, seconds: 60, seed: 1);

        Assert.That(run.LedgerTime, Is.EqualTo(ClusterModel.Solve(of).LedgerTime).Within(10).Percent);
    }

    [Test]
    public void A_ledger_that_is_asked_more_than_it_answers_makes_everybody_wait()
    {
        var of = new ClusterParameters { Nodes = 500, MessagesPerNode = 10 };

        Assert.That(ClusterModel.Solve(of).LedgerTime, Is.EqualTo(double.PositiveInfinity));
        Assert.That(ClusterSimulation.Run(of, seconds: 10, seed: 1).LedgerTime, Is.GreaterThan(0.5));
    }

    [Test]
    public void All_of_it_follows_from_the_seed()
    {
        var of = new ClusterParameters();

        var (first, again, other) = (
            ClusterSimulation.Run(of, 5, seed: 7),
            ClusterSimulation.Run(of, 5, seed: 7),
            ClusterSimulation.Run(of, 5, seed: 8)
        );

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }

    [Test]
    public void The_document_says_what_comes_out()
    {
        var document = File.ReadAllText(Repository.PathOf("docs/scaling.md"));
        TestContext.Out.WriteLine(ScalingTables.All);

        Assert.That(document, Does.Contain(ScalingTables.Parameters));
        Assert.That(document, Does.Contain(ScalingTables.Sizes));
        Assert.That(document, Does.Contain(ScalingTables.Groups));
    }
}
