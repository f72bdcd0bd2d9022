using Relay.Core.Cluster.View;

namespace Relay.Tests.Cluster.View;

public sealed class PeerRulesTests
{
    private static readonly ViewDocument Word = new() { IsOut = true };
    private static readonly TimeSpan Left = TimeSpan.FromSeconds(30);

    [TestCase(null, false, ExpectedResult = true)]
    [TestCase(9, false, ExpectedResult = false)]
    [TestCase(10, false, ExpectedResult = true)]
    [TestCase(null, true, ExpectedResult = false)]
    public bool An_ejection_elsewhere_counts_unless_own_mail_worked_or_nobody_else_is_left(int? sinceOwnMail, bool isLast) =>
        PeerRules.DoesEjectionCount(Word, Left, sinceOwnMail is { } seconds ? TimeSpan.FromSeconds(seconds) : null, isLast);

    [Test]
    public void What_an_operator_wants_counts_and_what_is_over_does_not()
    {
        Assert.That(PeerRules.DoesEjectionCount(Word with { IsByHand = true }, Left, TimeSpan.Zero, isLast: true), Is.True);
        Assert.That(PeerRules.DoesEjectionCount(Word, -PeerRules.Fresh, null, isLast: false), Is.False);
    }

    [Test]
    public void The_node_that_saw_the_failures_is_the_first_and_after_its_failed_trial_the_last()
    {
        var live = Nodes(10, 20, 30);

        Assert.That(Turns(live, origin: 20, isTrial: false), Is.EqualTo([4, 0, 2]));
        Assert.That(Turns(live, origin: 20, isTrial: true), Is.EqualTo([2, 4, 0]));
    }

    [Test]
    public void However_many_nodes_there_are_all_turns_come_within_half_a_minute()
    {
        var live = Nodes([.. Enumerable.Range(1, 100).Select(static number => (long)number)]);

        var turns = Turns(live, origin: 1, isTrial: false);

        Assert.That(turns, Is.Unique.And.All.LessThan(30));
    }

    [Test]
    public void Alone_or_without_the_node_that_said_so_nobody_is_waited_for()
    {
        Assert.That(PeerRules.TurnOf(Nodes(10), 10, 10, isTrial: true), Is.EqualTo(TimeSpan.Zero));
        Assert.That(PeerRules.TurnOf(Nodes(10, 20), 20, 30, isTrial: false), Is.EqualTo(TimeSpan.Zero));
        Assert.That(PeerRules.TurnOf([], 20, 30, isTrial: false), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Nodes_share_what_was_learned() => Assert.That(PeerRules.PartOf([6, 3], 3), Is.EqualTo(3));

    private static IReadOnlyList<double> Turns(IReadOnlyList<ClusterNode> live, long origin, bool isTrial) =>
        [.. live.Select(node => PeerRules.TurnOf(live, node.Id, origin, isTrial).TotalSeconds)];

    private static IReadOnlyList<ClusterNode> Nodes(params long[] ids) =>
        [.. ids.Select(static id => new ClusterNode(id, "", "", "", TimeSpan.Zero, TimeSpan.Zero, null))];
}
