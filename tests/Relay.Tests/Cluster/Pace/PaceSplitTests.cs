using CsCheck;
using Relay.Core.Cluster.Pace;

namespace Relay.Tests.Cluster.Pace;

/// <summary>Who asks for little gets it; the rest is divided evenly among those who ask for more.</summary>
public sealed class PaceSplitTests
{
    [TestCase(50, new long[] { 100, 100, 100 }, new long[] { 17, 17, 16 })]
    [TestCase(50, new long[] { 5, 100, 100 }, new long[] { 5, 23, 22 })]
    [TestCase(50, new long[] { 10, 0, 10 }, new long[] { 10, 0, 10 })]
    [TestCase(2, new long[] { 9, 9, 9 }, new long[] { 1, 1, 0 })]
    public void Demands_are_met_evenly(long amount, long[] demands, long[] targets) =>
        Assert.That(PaceSplit.Targets(amount, demands, givesAll: false, turn: 0), Is.EqualTo(targets));

    [Test]
    public void What_nobody_asks_for_is_divided_evenly_on_top() =>
        Assert.That(PaceSplit.Targets(50, [10, 0, 10], givesAll: true, turn: 0), Is.EqualTo([20, 10, 20]));

    [Test]
    public void Turns_go_round() =>
        Assert.That(
            Enumerable.Range(0, 3).Select(static turn => Array.IndexOf(PaceSplit.Targets(2, [9, 9, 9], givesAll: false, turn), 0L)),
            Is.EquivalentTo([0, 1, 2])
        );

    [Test]
    public void Nothing_is_lost_and_nobody_gets_more_than_he_asks_for_while_others_lack() =>
        Gen.Select(Gen.Long[0, 1000], Gen.Long[0, 300].Array[1, 25], Gen.Bool, Gen.Long[0, 9])
            .Sample(
                static (amount, demands, givesAll, turn) =>
                {
                    var targets = PaceSplit.Targets(amount, demands, givesAll, turn);
                    var all = givesAll && demands.Length > 1;
                    Assert.That(targets.Sum(), Is.InRange(Math.Min(amount, demands.Sum()), amount));
                    Assert.That(!all || targets.Sum() == amount, "all is given");
                    for (var node = 0; node < demands.Length; node++)
                    {
                        var lacks = targets[node] < demands[node];
                        Assert.That(!lacks || targets.Max() <= targets[node] + 1, "who lacks has as much as anybody");
                    }
                }
            );
}
