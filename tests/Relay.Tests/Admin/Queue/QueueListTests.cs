using System.Net;
using System.Text.Json;
using Relay.Core.Spool;

namespace Relay.Tests.Admin.Queue;

/// <summary>What an operator sees of the queue over HTTP.</summary>
public sealed class QueueListTests
{
    private QueueUnderTest _queue = null!;

    [SetUp]
    public async Task Start() => _queue = await QueueUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _queue.DisposeAsync();

    [Test]
    public async Task A_row_tells_all_that_is_known_of_it()
    {
        var id = await _queue.StoreAsync();

        var item = (await ItemsAsync("")).Single();

        Assert.That(Text(item, "id"), Is.EqualTo(id));
        Assert.That((Text(item, "state"), Text(item, "group")), Is.EqualTo(("waiting", "default")));
        Assert.That(Text(item, "sender"), Is.EqualTo("a@example.com"));
        Assert.That(item.GetProperty("recipients").EnumerateArray().Single().GetString(), Is.EqualTo("b@example.net"));
        Assert.That(item.GetProperty("row").GetInt64(), Is.EqualTo(1));
        Assert.That(item.GetProperty("size").GetInt64(), Is.EqualTo(20));
        Assert.That(item.GetProperty("receivedAt").GetDateTimeOffset(), Is.EqualTo(QueueUnderTest.Start));
        Assert.That(item.GetProperty("dueAt").GetDateTimeOffset(), Is.EqualTo(QueueUnderTest.Start.AddHours(1)));
        Assert.That(item.GetProperty("expiresAt").GetDateTimeOffset(), Is.EqualTo(QueueUnderTest.Start.AddDays(4)));
        Assert.That(item.GetProperty("runs").GetInt32(), Is.Zero);
        Assert.That(item.GetProperty("upstream").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Text(item, "reason"), Is.EqualTo("451 later"));
    }

    [Test]
    public async Task Pages_follow_each_other_until_next_is_null()
    {
        for (var number = 0; number < 5; number++)
        {
            await _queue.StoreAsync($"s{number}@example.com");
        }

        var first = await _queue.GetAsync("?limit=3");
        var second = await _queue.GetAsync($"?limit=3&after={first.GetProperty("next").GetInt64()}");

        Assert.That(
            Senders(first).Concat(Senders(second)),
            Is.EqualTo(Enumerable.Range(0, 5).Select(static number => $"s{number}@example.com"))
        );
        Assert.That(second.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("", 4)]
    [TestCase("?state=", 4)]
    [TestCase("?state=waiting", 1)]
    [TestCase("?state=Held", 1)]
    [TestCase("?state=failed", 1)]
    [TestCase("?sender=ANNA", 3)]
    [TestCase("?recipient=%2Btag", 1)]
    [TestCase("?group=other", 1)]
    [TestCase("?group=other&state=held", 0)]
    public async Task Lists_are_filtered(string query, int expected)
    {
        await _queue.StoreAsync("anna@example.com", "b+tag@example.net", states: [SpoolState.Held]);
        await _queue.StoreAsync("anna@example.com", states: [SpoolState.Failed]);
        await _queue.StoreAsync("anna@example.com", states: [SpoolState.Uncertain]);
        await _queue.StoreAsync("berta@example.com", group: "other");

        Assert.That(await ItemsAsync(query), Has.Count.EqualTo(expected));
    }

    [TestCase("?state=sleeping", "is none of waiting, active, held, uncertain, failed")]
    [TestCase("?state=2", "is none of")]
    [TestCase("?limit=0", "between 1 and 1000")]
    [TestCase("?limit=1001", "between 1 and 1000")]
    public async Task What_cannot_be_meant_is_a_400(string query, string why) =>
        Assert.That(await _queue.RefusedAsync(HttpStatusCode.BadRequest, HttpMethod.Get, query), Does.Contain(why));

    [Test]
    public async Task A_message_is_shown_with_all_rows_and_attempts()
    {
        await _queue.StoreAsync();
        var id = await _queue.StoreAsync(states: [SpoolState.Waiting, SpoolState.Held, SpoolState.Failed]);

        var details = await _queue.GetAsync($"/{id}");

        Assert.That(Text(details, "id"), Is.EqualTo(id));
        Assert.That(
            details.GetProperty("rows").EnumerateArray().Select(static row => Text(row, "state")),
            Is.EqualTo(new[] { "waiting", "held", "failed" })
        );
        var attempt = details.GetProperty("attempts").EnumerateArray().Single();
        Assert.That((Text(attempt, "upstream"), Text(attempt, "summary")), Is.EqualTo(("a", "451 later")));
        Assert.That(attempt.GetProperty("milliseconds").GetInt64(), Is.EqualTo(12));
        Assert.That(attempt.GetProperty("at").GetDateTimeOffset(), Is.EqualTo(QueueUnderTest.Start));
    }

    [TestCase(20)]
    [TestCase(200_000)]
    public async Task The_message_comes_byte_for_byte_and_as_a_download(int size)
    {
        var text = "Subject: <script>\r\n\r\n" + new string('x', size);
        var id = await _queue.StoreAsync(text: text, states: [SpoolState.Failed, SpoolState.Held]);

        using var response = await _queue.RequestAsync(HttpMethod.Get, $"/{id}/message");

        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(text));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("message/rfc822"));
        Assert.That(response.Content.Headers.ContentDisposition?.ToString(), Does.StartWith("attachment").And.Contain($"{id}.eml"));
        Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(text.Length));
        Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [Test]
    public async Task A_record_has_no_message()
    {
        var id = await _queue.StoreAsync(states: [SpoolState.Failed]);

        Assert.That(await _queue.RefusedAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/{id}/message"), Does.Contain("only the record"));
    }

    [TestCase("01K0000000000000000000000X")]
    [TestCase("nonsense")]
    public async Task Unknown_messages_are_a_404(string id)
    {
        await _queue.StoreAsync();

        Assert.That(await _queue.RefusedAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/{id}"), Does.Contain(id));
        Assert.That(await _queue.RefusedAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/{id}/message"), Does.Contain(id));
    }

    [Test]
    public async Task A_spool_that_cannot_be_read_is_a_503_with_its_reason()
    {
        var id = await _queue.StoreAsync(text: new string('x', 100_000));
        Directory.Delete(_queue.Bodies, recursive: true);

        var why = await _queue.RefusedAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, $"/{id}/message");

        Assert.That(why, Does.Contain($"the body of {id} cannot be read"));
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    private static IEnumerable<string?> Senders(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(static item => Text(item, "sender"));

    private async Task<IReadOnlyList<JsonElement>> ItemsAsync(string query) =>
        [.. (await _queue.GetAsync(query)).GetProperty("items").EnumerateArray()];
}
