using System.Net;
using Relay.Core.Spool;

namespace Relay.Tests.Admin.Queue;

/// <summary>What an operator does with one queued message over HTTP.</summary>
public sealed class QueueActionsTests
{
    private QueueUnderTest _queue = null!;

    [SetUp]
    public async Task Start() => _queue = await QueueUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _queue.DisposeAsync();

    [Test]
    public async Task A_message_is_held_released_and_retried()
    {
        await _queue.StoreAsync();
        var id = await _queue.StoreAsync();

        Assert.That(await ChangeAsync(id, "hold"), Is.EqualTo(1));
        Assert.That((await PartAsync(id)).State, Is.EqualTo(SpoolState.Held));
        Assert.That((await PartAsync(id)).Reason, Is.EqualTo("held by hand"));
        Assert.That(await ChangeAsync(id, "release"), Is.EqualTo(1));
        Assert.That((await PartAsync(id)).State, Is.EqualTo(SpoolState.Waiting));
        var before = (await PartAsync(id)).DueAt;
        Assert.That(await ChangeAsync(id, "retry"), Is.EqualTo(1));
        Assert.That((await PartAsync(id)).DueAt, Is.GreaterThanOrEqualTo(before).And.Not.EqualTo(QueueUnderTest.Start.AddHours(1)));
        Assert.That((await _queue.RowsAsync())[0].Part.DueAt, Is.EqualTo(QueueUnderTest.Start.AddHours(1)), "the other was not touched");
    }

    [Test]
    public async Task All_rows_of_a_message_that_an_action_applies_to_are_changed()
    {
        var id = await _queue.StoreAsync(states: [SpoolState.Waiting, SpoolState.Held, SpoolState.Uncertain, SpoolState.Active]);

        Assert.That(await ChangeAsync(id, "hold"), Is.EqualTo(2));

        Assert.That((await _queue.RowsAsync()).Count(static row => row.Part.State == SpoolState.Held), Is.EqualTo(3));
    }

    [Test]
    public async Task A_message_is_moved_to_a_group_by_its_configured_name()
    {
        var id = await _queue.StoreAsync(group: "old");

        var moved = await _queue.SendAsync(HttpMethod.Post, $"/{id}/move", """{"group": "DEFAULT"}""");

        Assert.That(moved.GetProperty("changed").GetInt32(), Is.EqualTo(1));
        Assert.That((await PartAsync(id)).Group, Is.EqualTo("default"));
        Assert.That((await PartAsync(id)).Reason, Is.EqualTo("moved to default by hand"));
    }

    [TestCase("""{"group": "nowhere"}""", "there is no group")]
    [TestCase("""{"grp": "default"}""", "a group to move to is needed")]
    [TestCase("3", "")]
    [TestCase("", "")]
    public async Task A_move_to_no_group_is_refused_and_changes_nothing(string body, string why)
    {
        var id = await _queue.StoreAsync(group: "old");

        Assert.That(await _queue.RefusedAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"/{id}/move", body), Does.Contain(why));

        Assert.That((await PartAsync(id)).Group, Is.EqualTo("old"));
    }

    [Test]
    public async Task A_message_is_deleted_and_others_stay()
    {
        var kept = await _queue.StoreAsync();
        var id = await _queue.StoreAsync(states: [SpoolState.Waiting, SpoolState.Failed]);

        var deleted = await _queue.SendAsync(HttpMethod.Delete, $"/{id}");

        Assert.That(deleted.GetProperty("changed").GetInt32(), Is.EqualTo(2));
        Assert.That((await _queue.RowsAsync()).Single().Message.Id.ToString(), Is.EqualTo(kept));
    }

    [TestCase("Waiting", "release", "waiting")]
    [TestCase("Held", "hold", "held (release or move it)")]
    [TestCase("Held", "retry", "held (release or move it)")]
    [TestCase("Failed", "retry", "failed (only the record is left)")]
    [TestCase("Active", "hold", "active (being delivered right now)")]
    [TestCase("Active", "delete", "active (being delivered right now)")]
    public async Task What_does_not_apply_to_the_state_is_a_409_that_tells_the_state(string state, string action, string why)
    {
        var id = await _queue.StoreAsync(states: [Enum.Parse<SpoolState>(state)]);
        var (method, path) = action == "delete" ? (HttpMethod.Delete, $"/{id}") : (HttpMethod.Post, $"/{id}/{action}");

        Assert.That(await _queue.RefusedAsync(HttpStatusCode.Conflict, method, path), Does.Contain($"it is {why}."));

        Assert.That((await PartAsync(id)).State, Is.EqualTo(Enum.Parse<SpoolState>(state)));
    }

    [TestCase("POST", "retry")]
    [TestCase("POST", "hold")]
    [TestCase("POST", "release")]
    [TestCase("POST", "move")]
    [TestCase("DELETE", "")]
    public async Task Unknown_messages_are_a_404(string method, string action)
    {
        await _queue.StoreAsync();

        foreach (var id in new[] { "01K0000000000000000000000X", "nonsense" })
        {
            var path = $"/{id}/{action}".TrimEnd('/');
            await _queue.RefusedAsync(HttpStatusCode.NotFound, HttpMethod.Parse(method), path, """{"group": "default"}""");
        }
    }

    private async Task<int> ChangeAsync(string id, string action) =>
        (await _queue.SendAsync(HttpMethod.Post, $"/{id}/{action}")).GetProperty("changed").GetInt32();

    private async Task<SpoolPart> PartAsync(string id) => (await _queue.RowsAsync()).Single(row => row.Message.Id.ToString() == id).Part;
}
