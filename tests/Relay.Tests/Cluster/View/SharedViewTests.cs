using Relay.Core.Configuration;
using Relay.Core.Upstreams.Health;

namespace Relay.Tests.Cluster.View;

/// <summary>What nodes see of servers: the rules of docs/decisions/0017-shared-view.md.</summary>
public sealed class SharedViewTests : ThreeNodes
{
    [Test]
    public async Task What_one_node_ejects_is_ejected_on_all()
    {
        One.Fail("a");
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].Health.State), Is.All.EqualTo(UpstreamState.Ejected));
        Assert.That(One["a"].Status.Reason, Is.EqualTo("connection refused"));
        Assert.That(Two["a"].Status.Reason, Is.EqualTo("ejected by node n1: connection refused"));
        Assert.That(Two["a"].Health.EjectedBy, Is.EqualTo(new PeerNode(1, "n1")));
        Assert.That(One["a"].Health.EjectedBy, Is.Null);
    }

    [Test]
    public async Task Mail_that_worked_here_a_moment_ago_knows_better()
    {
        Two.Work("a");
        Three.Work("a");
        Time.Advance(TimeSpan.FromSeconds(9));
        Two.Work("a");
        Time.Advance(TimeSpan.FromSeconds(2));

        One.Fail("a");
        await RoundAsync();

        Assert.That(Two["a"].Health.IsAvailable, Is.True, "2 s ago");
        Assert.That(Three["a"].Health.IsAvailable, Is.False, "11 s ago");
    }

    [Test]
    public async Task The_word_of_another_never_takes_the_last_server_of_a_group()
    {
        One.Fail("a");
        One.Fail("b");
        await RoundAsync();

        Assert.That(One.Group.TiersInService, Is.Empty);
        Assert.That(Two.Group.TiersInService.Sum(static tier => tier.Length), Is.EqualTo(1));
    }

    [Test]
    public async Task An_ejection_by_hand_counts_everywhere()
    {
        Two.Work("a");
        Two["b"].Drain();
        await RoundAsync();

        One["a"].Health.EjectAsRefuser("ejected by hand", isByHand: true);
        await RoundAsync();

        Assert.That(Two["a"].Health.IsAvailable, Is.False);
    }

    [Test]
    public async Task Trials_begin_one_node_at_a_time_and_the_first_success_is_for_all()
    {
        One.Fail("a");
        await RoundAsync();
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(All.Select(static node => node["a"].Health.IsTrialDue), Is.EqualTo([true, false, false]));
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(All.Select(static node => node["a"].Health.IsTrialDue), Is.EqualTo([true, true, false]), "the first had no mail");

        Assert.That(Two["a"].Health.TryBeginTrial(beforeDue: false), Is.True);
        Two.Work("a");
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].Health.State), Is.All.EqualTo(UpstreamState.SlowStart));
    }

    [Test]
    public async Task A_trial_that_fails_prolongs_for_all_and_the_next_turn_is_another_nodes()
    {
        One.Fail("a");
        await RoundAsync();
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(One["a"].Health.TryBeginTrial(beforeDue: false), Is.True);
        One.Fail("a", 1);
        await RoundAsync();

        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(All.Select(static node => node["a"].Health.IsTrialDue), Is.All.False);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(All.Select(static node => node["a"].Health.IsTrialDue), Is.EqualTo([false, true, false]));
        Time.Advance(TimeSpan.FromSeconds(4));
        Assert.That(All.Select(static node => node["a"].Health.IsTrialDue), Is.All.True);
    }

    [Test]
    public async Task Checks_that_pass_on_one_node_bring_it_back_on_all()
    {
        One.Fail("a");
        await RoundAsync();
        Time.Advance(TimeSpan.FromSeconds(30));

        Three["a"].Health.ReportCheckPassed(isAuthenticated: false);
        Three["a"].Health.ReportCheckPassed(isAuthenticated: false);
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].Health.IsAvailable), Is.All.True);
    }

    [Test]
    public async Task The_word_of_a_node_that_has_died_counts_no_more()
    {
        One.Fail("a");
        await RoundAsync();

        Board.Expire(1);
        Time.Advance(TimeSpan.FromSeconds(3));
        await Two.RoundAsync();

        Assert.That(Two["a"].Health.IsAvailable, Is.True);
    }

    [Test]
    public async Task While_the_others_are_away_each_node_goes_by_its_own_sight_and_they_agree_again_after()
    {
        One.Fail("a");
        await RoundAsync();
        Board.IsAway = true;
        Time.Advance(TimeSpan.FromSeconds(4));
        await RoundAsync();
        Assert.That(Two["a"].Health.IsAvailable, Is.False, "not yet");

        Time.Advance(TimeSpan.FromSeconds(1));
        await RoundAsync();
        Assert.That(All.Select(static node => node["a"].Health.IsAvailable), Is.EqualTo([false, true, true]));
        Assert.That(All.Select(static node => node.Rounds.IsAway), Is.All.True);

        Board.IsAway = false;
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].Health.IsAvailable), Is.All.False);
        Assert.That(All.Select(static node => node.Rounds.IsAway), Is.All.False);
    }

    [Test]
    public async Task What_was_ejected_and_came_back_while_the_others_were_away_is_told_as_it_is_then()
    {
        One.Fail("a");
        await RoundAsync();
        Board.IsAway = true;
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(One["a"].Health.TryBeginTrial(beforeDue: false), Is.True);
        One.Work("a");
        await RoundAsync();

        Board.IsAway = false;
        await RoundAsync();

        Assert.That(All.Select(static node => node["a"].Health.IsAvailable), Is.All.True);
    }

    [Test]
    public async Task A_word_about_another_server_behind_the_same_name_does_not_count()
    {
        var moved = ViewNode.Options(("a", 1), ("b", 1));
        var group = moved.Groups["default"];
        var elsewhere = group.Upstreams["a"] with { Address = "elsewhere.test:25" };
        var upstreams = new Dictionary<string, UpstreamOptions>(group.Upstreams, StringComparer.Ordinal) { ["a"] = elsewhere };
        Two.Topology.Apply(
            moved with
            {
                Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal)
                {
                    ["default"] = group with { Upstreams = upstreams },
                },
            }
        );

        One.Fail("a");
        await RoundAsync();

        Assert.That(Two["a"].Health.IsAvailable, Is.True);
        Assert.That(Three["a"].Health.IsAvailable, Is.False);
    }

    [Test]
    public async Task A_node_that_others_took_for_dead_comes_back_under_another_identity_with_what_it_sees_now()
    {
        One.Fail("b");
        await RoundAsync();
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(One["b"].Health.TryBeginTrial(beforeDue: false), Is.True);
        One.Work("b");
        await RoundAsync();
        Two.Fail("b");
        One.Fail("a");
        await RoundAsync();

        Board.Expire(1);
        Board.Join(7, "n1");
        Identities[1].Self = new PeerNode(7, "n1");
        Time.Advance(TimeSpan.FromSeconds(3));
        await RoundAsync();

        Assert.That(Three["a"].Health.EjectedBy, Is.EqualTo(new PeerNode(7, "n1")));
        Assert.That(Two["b"].Health.IsAvailable, Is.False, "that it came back for the first node long ago is no news");
    }

    [Test]
    public async Task All_live_nodes_are_known_with_what_they_say_of_themselves()
    {
        Time.Advance(TimeSpan.FromSeconds(2));
        await RoundAsync();

        Assert.That(One.Rounds.Heard.Nodes.Select(static node => node.Name), Is.EqualTo(["n1", "n2", "n3"]));
        await Two.Rounds.RunAsync(isTold: false, isDraining: true, CancellationToken.None);
        Board.Expire(3);
        Time.Advance(TimeSpan.FromSeconds(2));
        await One.RoundAsync();
        Assert.That(One.Rounds.Heard.Nodes.Select(static node => node.Figures!.IsDraining), Is.EqualTo([false, true]));
    }

    [Test]
    public async Task What_was_heard_of_the_nodes_grows_old_while_the_database_is_away()
    {
        Time.Advance(TimeSpan.FromSeconds(2));
        await RoundAsync();
        Board.IsAway = true;

        Time.Advance(TimeSpan.FromMinutes(1));
        await RoundAsync();

        Assert.That(
            (One.Rounds.IsAway, One.Rounds.Heard.Nodes.Count, One.Rounds.Heard.Age),
            Is.EqualTo((true, 3, TimeSpan.FromMinutes(1)))
        );
    }
}
