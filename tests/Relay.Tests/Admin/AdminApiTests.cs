using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Relay.Tests.Admin;

public sealed partial class AdminApiTests
{
    private AdminUnderTest _admin = null!;

    [SetUp]
    public async Task Start() => _admin = await AdminUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _admin.DisposeAsync();

    [Test]
    public async Task Upstreams_are_listed_with_state_and_counters()
    {
        var upstreams = (await GetAsync("/api/v1/upstreams")).EnumerateArray().ToList();

        Assert.That(upstreams.Select(upstream => upstream.GetProperty("name").GetString()), Is.EqualTo(["a", "b"]));
        var backup = upstreams[1];
        Assert.That(backup.GetProperty("group").GetString(), Is.EqualTo("default"));
        Assert.That(backup.GetProperty("state").GetString(), Is.EqualTo("healthy"));
        Assert.That(backup.GetProperty("backup").GetBoolean(), Is.True);
        Assert.That(backup.GetProperty("weight").GetInt32(), Is.EqualTo(3));
        string[] counters = ["inFlight", "connections", "idle", "delivered", "deferred", "rejected", "failed", "latencyMs"];
        Assert.That(counters.Select(counter => backup.GetProperty(counter).GetDouble()), Is.All.Zero);
    }

    [Test]
    public async Task Captured_mail_is_listed_newest_first_in_pages()
    {
        await _admin.CaptureAsync("Subject: one\r\n\r\n");
        await WaitForNextMillisecondAsync();
        await _admin.CaptureAsync("Subject: two\r\n\r\n", "b");
        await WaitForNextMillisecondAsync();
        await _admin.CaptureAsync("Subject: three\r\n\r\n");

        var first = await GetAsync("/api/v1/captured?limit=2");
        var second = await GetAsync($"/api/v1/captured?limit=2&after={first.GetProperty("next").GetString()}");

        Assert.That(Subjects(first), Is.EqualTo(["three", "two"]));
        Assert.That(Subjects(second), Is.EqualTo(["one"]));
        Assert.That(second.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var item = first.GetProperty("items")[1];
        Assert.That(item.GetProperty("upstream").GetString(), Is.EqualTo("b"));
        Assert.That(item.GetProperty("from").GetString(), Is.EqualTo("from@example.com"));
        Assert.That(item.GetProperty("to")[0].GetString(), Is.EqualTo("to@example.com"));
        Assert.That(item.GetProperty("size").GetInt32(), Is.EqualTo("Subject: two\r\n\r\n".Length));
    }

    [TestCase("?limit=0")]
    [TestCase("?limit=1001")]
    [TestCase("?limit=many")]
    [TestCase("?after=yesterday")]
    public async Task A_page_that_cannot_be_meant_is_refused(string query)
    {
        using var response = await _admin.Client.GetAsync("/api/v1/captured" + query);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task One_captured_mail_is_shown_with_its_header_fields()
    {
        var id = await _admin.CaptureAsync("Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nX-Test: folded\r\n value\r\n\r\ntext");

        var details = await GetAsync($"/api/v1/captured/{id}");

        Assert.That(details.GetProperty("message").GetProperty("id").GetString(), Is.EqualTo(id));
        var fields = details
            .GetProperty("headers")
            .EnumerateArray()
            .Select(field => $"{field.GetProperty("name")}={field.GetProperty("value")}");
        Assert.That(fields, Is.EqualTo(["Subject=Grüße", "X-Test=folded value"]));
    }

    [Test]
    public async Task The_message_is_given_out_byte_for_byte()
    {
        const string Content = "Subject: x\r\n\r\n.dots stay\r\nbare \u00e4\r\n\r\n";
        var id = await _admin.CaptureAsync(Content);

        using var response = await _admin.Client.GetAsync($"/api/v1/captured/{id}/message");

        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(Content));
        Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("message/rfc822"));
        Assert.That(response.Content.Headers.ContentDisposition?.FileName, Is.EqualTo($"{id}.eml"));
    }

    [TestCase("/api/v1/captured/01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [TestCase("/api/v1/captured/01ARZ3NDEKTSV4RRFFQ69G5FAV/message")]
    [TestCase("/api/v1/captured/no-id")]
    [TestCase("/nowhere")]
    public async Task What_is_not_there_is_a_404_with_problem_details(string path)
    {
        using var response = await _admin.Client.GetAsync(path);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task The_dashboard_asks_for_nothing_that_does_not_lie_here()
    {
        var page = await _admin.Client.GetStringAsync("/");

        var asked = LoadedFile().Matches(page).Select(static match => match.Groups["path"].Value).ToList();
        Assert.That(asked, Has.Count.GreaterThan(3).And.All.StartsWith("/assets/"));
        Assert.That(page, Does.Not.Contain("<script>").And.Not.Contain("http://").And.Not.Contain("https://"));
        foreach (var path in asked)
        {
            using var response = await _admin.Client.GetAsync(path);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
            Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.Not.Empty, path);
        }
    }

    [TestCase("/assets/nothing.js")]
    [TestCase("/assets/..%2fappsettings.json")]
    [TestCase("/assets/relay")]
    public async Task There_are_no_other_files(string path)
    {
        using var response = await _admin.Client.GetAsync(path);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static IEnumerable<string?> Subjects(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("subject").GetString());

    /// <summary>Ids sort by the millisecond.</summary>
    private static async Task WaitForNextMillisecondAsync()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() <= now)
        {
            await Task.Yield();
        }
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await _admin.Client.GetStringAsync(path));
        return document.RootElement.Clone();
    }

    [GeneratedRegex("(?:src|href)=\"(?<path>/assets/[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoadedFile();
}
