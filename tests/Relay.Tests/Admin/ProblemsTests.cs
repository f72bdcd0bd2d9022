using System.Net;
using System.Text;
using System.Text.Json;

namespace Relay.Tests.Admin;

/// <summary>Whatever goes wrong is told as problem details (RFC 9457).</summary>
internal sealed class ProblemsTests
{
    [TestCase("GET", "/nowhere", null, HttpStatusCode.NotFound)]
    [TestCase("GET", "/api/v1/nowhere", null, HttpStatusCode.NotFound)]
    [TestCase("DELETE", "/api/v1/upstreams", null, HttpStatusCode.MethodNotAllowed)]
    [TestCase("POST", "/api/v1/explain", "not json", HttpStatusCode.BadRequest)]
    [TestCase("POST", "/api/v1/explain", "{\"to\": 5}", HttpStatusCode.BadRequest)]
    [TestCase("POST", "/api/v1/explain", "", HttpStatusCode.BadRequest)]
    [TestCase("POST", "/api/v1/explain", "[[[[[[[[[[[[[[[[[[[[[[", HttpStatusCode.BadRequest)]
    [TestCase("GET", "/api/v1/captured?limit=many", null, HttpStatusCode.BadRequest)]
    [TestCase("GET", "/api/v1/live?seconds=99999", null, HttpStatusCode.BadRequest)]
    [TestCase("GET", "/api/v1/events?types=gossip", null, HttpStatusCode.BadRequest)]
    [TestCase("POST", "/api/v1/config/check", "", HttpStatusCode.BadRequest)]
    [TestCase("GET", "/api/v1/upstreams/default/nobody/history", null, HttpStatusCode.NotFound)]
    [TestCase("POST", "/login", "{}", HttpStatusCode.BadRequest)]
    public async Task An_error_is_a_problem_with_its_status(string method, string path, string? body, HttpStatusCode expected)
    {
        await using var admin = await AdminUnderTest.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await admin.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();

        Assert.That(response.StatusCode, Is.EqualTo(expected), text);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"), text);
        using var problem = JsonDocument.Parse(text);
        Assert.That(problem.RootElement.GetProperty("status").GetInt32(), Is.EqualTo((int)expected));
        Assert.That(response.Headers.Contains("Content-Security-Policy"), Is.True);
    }

    [Test]
    public async Task A_body_of_another_kind_is_415()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        using var form = new StringContent("to=a", Encoding.UTF8, "application/x-www-form-urlencoded");

        using var response = await admin.Client.PostAsync("/api/v1/explain", form);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
    }
}
