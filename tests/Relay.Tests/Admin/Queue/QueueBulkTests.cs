using System.Net;
using System.Text.Json;
using Relay.Core.Spool;

namespace Relay.Tests.Admin.Queue;

/// <summary>What an operator does with much of the queue at once over HTTP.</summary>
public sealed class QueueBulkTests
{
    private QueueUnderTest _queue = null!;

    [SetUp]
    public async Task Start() => _queue = await QueueUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _queue.DisposeAsync();

    [Test]
    public async Task Slices_follow_each_other_until_last_is_null_and_reach_each_row_once()
    {
        for (var number = 0; number < 7; number++)
        {
            await _queue.StoreAsync(number % 2 == 0 ? "even@example.com" : "odd@example.com");
        }

        var (changed, slices) = (0, 0);
        for (long? after = 0; after is not null; slices++)
        {
            var slice = await ActAsync($$"""{"action": "hold", "filter": {"sender": "even"}, "after": {{after}}, "limit": 3}""");
            changed += slice.GetProperty("changed").GetInt32();
            after = slice.GetProperty("last") is { ValueKind: JsonValueKind.Number } last ? last.GetInt64() : null;
        }

        Assert.That(changed, Is.EqualTo(4));
        Assert.That(slices, Is.InRange(2, 3));
        Assert.That(
            (await _queue.RowsAsync()).Where(static row => row.Part.State == SpoolState.Held).Select(static row => row.Row),
            Is.EqualTo(new[] { 1, 3, 5, 7 })
        );
    }

    [TestCase("retry", "waiting", 1)]
    [TestCase("hold", "uncertain", 1)]
    [TestCase("release", "held", 1)]
    [TestCase("move", "held", 1)]
    [TestCase("delete", "failed", 1)]
    [TestCase("delete", "active", 0)]
    [TestCase("release", "waiting", 0)]
    public async Task Each_action_changes_the_rows_that_it_applies_to(string action, string state, int expected)
    {
        await _queue.StoreAsync(states: [.. Enum.GetValues<SpoolState>()]);

        var slice = await ActAsync($$"""{"action": "{{action}}", "group": "default", "filter": { "state": "{{state}}" } }""");

        Assert.That(slice.GetProperty("changed").GetInt32(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Everything_is_meant_only_where_it_is_said()
    {
        await _queue.StoreAsync();
        await _queue.StoreAsync();

        var slice = await ActAsync("""{"action": "delete", "all": true}""");

        Assert.That(slice.GetProperty("changed").GetInt32(), Is.EqualTo(2));
        Assert.That(await _queue.RowsAsync(), Is.Empty);
    }

    [TestCase("""{"action": "delete"}""", "at least one of state, sender, recipient and group")]
    [TestCase("""{"action": "delete", "filter": {}}""", "at least one of")]
    [TestCase("""{"action": "delete", "filter": {"sender": ""}}""", "at least one of")]
    [TestCase("""{"action": "delete", "all": true, "filter": {"sender": "a"}}""", "does not go with a filter")]
    [TestCase("""{"action": "delete", "filter": {"state": "waiting", "sendr": "nobody"}}""", "")]
    [TestCase("""{"action": "delete", "filter": {"state": "waiting"}, "sender": "nobody"}""", "")]
    [TestCase("""{"action": "delete", "filter": {"state": "asleep"}}""", "is none of")]
    [TestCase("""{"action": "delete", "all": true, "limit": 0}""", "between 1 and 1000")]
    [TestCase("""{"action": "burn", "all": true}""", "one of retry, hold, release, move, delete is needed")]
    [TestCase("""{"all": true}""", "one of retry")]
    [TestCase("""{"action": "move", "all": true}""", "a group to move to is needed; there are default")]
    [TestCase("""{"action": "move", "group": "nowhere", "all": true}""", "there is no group")]
    [TestCase("[]", "")]
    [TestCase("", "")]
    public async Task What_may_not_be_meant_is_refused_and_changes_nothing(string body, string why)
    {
        await _queue.StoreAsync();

        Assert.That(await _queue.RefusedAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/actions", body), Does.Contain(why));

        Assert.That((await _queue.RowsAsync()).Single().Part.Reason, Is.EqualTo("451 later"));
    }

    private Task<JsonElement> ActAsync(string body) => _queue.SendAsync(HttpMethod.Post, "/actions", body);
}
