namespace Relay.Tests.Cluster.View;

/// <summary>What operators want holds on all nodes.</summary>
public sealed class SharedWishesTests : ThreeNodes
{
    [Test]
    public async Task A_drain_on_one_node_drains_on_all_and_any_may_end_it()
    {
        One["a"].Drain();
        One.Group.Refresh();
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].IsDrained), Is.All.True);
        Assert.That(All.Select(static node => node.Group.TiersInService[0].Length), Is.All.EqualTo(1));
        Assert.That(One["a"].Status.Reason, Is.EqualTo("drained by hand"));
        Assert.That(Two["a"].Status.Reason, Is.EqualTo("drained by hand on node n1"));

        Three["a"].Resume();
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].IsDrained), Is.All.False);
        Assert.That(Two.Group.TiersInService[0], Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_node_that_starts_later_knows_what_operators_want()
    {
        One["a"].Drain();
        One["b"].SetWeight(9);
        await RoundAsync();

        await using var late = Join(4);
        await late.RoundAsync();

        Assert.That((late["a"].IsDrained, late["b"].Weight), Is.EqualTo((true, 9)));
    }

    [Test]
    public async Task A_weight_reaches_all_and_ends_for_all_when_the_configured_one_changes()
    {
        One["a"].SetWeight(7);
        await RoundAsync();
        Assert.That(All.Select(static node => node["a"].Weight), Is.All.EqualTo(7));

        Two.Topology.Apply(ViewNode.Options(("a", 3), ("b", 1)));
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].Weight), Is.EqualTo([1, 3, 1]));
        Two.Topology.Apply(ViewNode.Options(("a", 1), ("b", 1)));
        await RoundAsync();
        Assert.That(Two["a"].Weight, Is.EqualTo(1), "what has ended does not come back with the old configuration");
    }

    [Test]
    public async Task A_weight_set_under_a_new_configuration_waits_for_it_on_the_other_nodes()
    {
        var changed = ViewNode.Options(("a", 3), ("b", 1));
        One["a"].SetWeight(7);
        await RoundAsync();
        One.Topology.Apply(changed);
        One["a"].SetWeight(8);
        await RoundAsync();
        Assert.That(Two["a"].Weight, Is.EqualTo(7), "it still has the configuration that this was set against");

        Two.Topology.Apply(changed);
        await RoundAsync();

        Assert.That((One["a"].Weight, Two["a"].Weight), Is.EqualTo((8, 8)));
    }

    [Test]
    public async Task What_is_set_while_the_others_are_away_reaches_them_when_they_are_back()
    {
        Board.IsAway = true;
        await RoundAsync();
        One["a"].Drain();
        await RoundAsync();
        Assert.That(Two["a"].IsDrained, Is.False);

        Board.IsAway = false;
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].IsDrained), Is.All.True);
    }

    [Test]
    public async Task What_is_told_after_a_crash_that_lost_the_last_word_is_heard_all_the_same()
    {
        One["a"].Drain();
        await RoundAsync();
        Board.IsAway = true;
        Board.LoseLast(); // the next word has the number of this one
        Time.Advance(TimeSpan.FromSeconds(6));
        await RoundAsync();
        Two["a"].Resume();

        Board.IsAway = false;
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].IsDrained), Is.All.False);
    }

    [Test]
    public async Task A_drained_server_that_leaves_the_configuration_and_comes_back_is_drained_still()
    {
        One["a"].Drain();
        await RoundAsync();

        Two.Topology.Apply(ViewNode.Options(("b", 1)));
        await RoundAsync();
        Assert.That(Three["a"].IsDrained, Is.True, "it is still in use there");
        Two.Topology.Apply(ViewNode.Options(("a", 1), ("b", 1)));
        await RoundAsync();

        Assert.That(Two["a"].IsDrained, Is.True);
    }
}
