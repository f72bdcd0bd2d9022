using System.Net;
using System.Text;
using System.Text.Json;

namespace Relay.Tests.Admin;

public sealed class UpstreamActionsTests
{
    private AdminUnderTest _admin = null!;

    [SetUp]
    public async Task Start() => _admin = await AdminUnderTest.StartAsync();

    [TearDown]
    public async Task Stop() => await _admin.DisposeAsync();

    [Test]
    public async Task A_drained_upstream_says_so_until_it_is_resumed()
    {
        var drained = await SendAsync(HttpMethod.Post, "default/a/drain");
        var listed = await ListAsync();
        var resumed = await SendAsync(HttpMethod.Post, "default/a/resume");

        Assert.That(Text(drained, "name"), Is.EqualTo("a"));
        Assert.That(Text(drained, "state"), Is.EqualTo("draining"));
        Assert.That(Text(drained, "reason"), Is.EqualTo("drained by hand"));
        Assert.That(listed.Select(item => Text(item, "state")), Is.EqualTo(["draining", "healthy"]));
        Assert.That(Text(resumed, "state"), Is.EqualTo("healthy"));
        Assert.That(Text(resumed, "reason"), Is.Empty);
    }

    [TestCase(1)]
    [TestCase(1000)]
    public async Task A_weight_set_by_hand_is_shown(int weight)
    {
        var changed = await SendAsync(HttpMethod.Put, "DEFAULT/B/weight", $$"""{"weight": {{weight}}}""");

        Assert.That(Text(changed, "name"), Is.EqualTo("b"));
        Assert.That(changed.GetProperty("weight").GetInt32(), Is.EqualTo(weight));
        Assert.That((await ListAsync()).Select(item => item.GetProperty("weight").GetInt32()), Is.EqualTo([1, weight]));
    }

    [TestCase("""{"weight": 0}""")]
    [TestCase("""{"weight": 1001}""")]
    [TestCase("""{"weight": "heavy"}""")]
    [TestCase("""{"wait": 3}""")]
    [TestCase("3")]
    [TestCase("")]
    public async Task A_weight_that_cannot_be_meant_is_refused_and_changes_nothing(string body)
    {
        using var response = await RequestAsync(HttpMethod.Put, "default/b/weight", body);

        AssertProblem(response, HttpStatusCode.BadRequest);
        Assert.That((await ListAsync()).Select(item => item.GetProperty("weight").GetInt32()), Is.EqualTo([1, 3]));
    }

    [TestCase("POST", "default/nobody/drain")]
    [TestCase("POST", "nowhere/a/resume")]
    [TestCase("PUT", "default/nobody/weight")]
    public async Task Unknown_names_are_a_404(string method, string path)
    {
        using var response = await RequestAsync(HttpMethod.Parse(method), path, """{"weight": 3}""");

        AssertProblem(response, HttpStatusCode.NotFound);
    }

    private static void AssertProblem(HttpResponseMessage response, HttpStatusCode expected)
    {
        Assert.That(response.StatusCode, Is.EqualTo(expected));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    private async Task<IReadOnlyList<JsonElement>> ListAsync()
    {
        using var document = JsonDocument.Parse(await _admin.Client.GetStringAsync("/api/v1/upstreams"));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var response = await RequestAsync(method, path, body);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    private async Task<HttpResponseMessage> RequestAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/upstreams/{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await _admin.Client.SendAsync(request);
    }
}
