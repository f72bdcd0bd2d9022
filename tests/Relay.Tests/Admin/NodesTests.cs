using Relay.Admin.Nodes;
using Relay.Core.Cluster.View;
using Relay.Core.Configuration;

namespace Relay.Tests.Admin;

public sealed class NodesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Test]
    public async Task A_relay_that_runs_alone_is_the_only_node()
    {
        await using var admin = await AdminUnderTest.StartAsync(change: static options =>
            options with
            {
                Cluster = new ClusterOptions { NodeName = "only" },
            }
        );

        var nodes = await admin.GetAsync("/api/v1/nodes");

        var item = nodes.GetProperty("items").EnumerateArray().Single();
        Assert.That(nodes.GetProperty("isShared").GetBoolean(), Is.False);
        Assert.That(item.GetProperty("name").GetString(), Is.EqualTo("only"));
        Assert.That(item.GetProperty("state").GetString(), Is.EqualTo("live"));
        Assert.That(item.GetProperty("isThis").GetBoolean(), Is.True);
    }

    [TestCase(1.0, false, ExpectedResult = "live")]
    [TestCase(1.0, true, ExpectedResult = "draining")]
    [TestCase(6.0, true, ExpectedResult = "silent")]
    public string A_node_is_shown_as_it_was_heard_of(double silence, bool isDraining) =>
        NodeItem.Of(Node(silence, new NodeFigures { IsDraining = isDraining }), self: 9, Patience, Now, TimeSpan.Zero).State;

    [Test]
    public void A_node_that_has_said_nothing_of_itself_yet_is_there_all_the_same()
    {
        var item = NodeItem.Of(Node(0.5, null), self: 7, Patience, Now, TimeSpan.Zero);

        Assert.That((item.State, item.IsThis, item.MessagesPerSecond), Is.EqualTo(("live", true, (double?)null)));
        Assert.That(item.StartedAt, Is.EqualTo(Now - TimeSpan.FromHours(1)));
    }

    [Test]
    public void The_start_of_a_node_does_not_move_while_nothing_is_heard_and_its_silence_grows()
    {
        var item = NodeItem.Of(Node(0.5, null), self: 7, Patience, toldAt: Now, age: TimeSpan.FromMinutes(2));

        Assert.That((item.StartedAt, item.SilentSeconds), Is.EqualTo((Now - TimeSpan.FromHours(1), 120.5)));
    }

    private static ClusterNode Node(double silence, NodeFigures? figures) =>
        new(7, "n7", "1.0.0", "127.0.0.1:8025", TimeSpan.FromHours(1), TimeSpan.FromSeconds(silence), figures);
}
