using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Relay.Admin;
using Relay.Core.Configuration;
using Relay.Core.Upstreams;

namespace Relay.Tests.Admin.Security;

/// <summary>What each token opens, sessions of browsers, and that all of it is written down.</summary>
internal sealed class TokensTests
{
    private static readonly AdminOptions Both = new() { Token = "all-of-it", ReadOnlyToken = "look" };

    [TestCase("GET", "/api/v1/upstreams", HttpStatusCode.OK)]
    [TestCase("GET", "/api/v1/config", HttpStatusCode.OK)]
    [TestCase("GET", "/metrics", HttpStatusCode.OK)]
    [TestCase("POST", "/api/v1/config/check", HttpStatusCode.OK)]
    [TestCase("POST", "/api/v1/explain", HttpStatusCode.OK)]
    [TestCase("POST", "/api/v1/upstreams/default/a/drain", HttpStatusCode.Forbidden)]
    [TestCase("PUT", "/api/v1/upstreams/default/a/weight", HttpStatusCode.Forbidden)]
    [TestCase("POST", "/api/v1/queue/actions", HttpStatusCode.Forbidden)]
    [TestCase("DELETE", "/api/v1/captured", HttpStatusCode.Forbidden)]
    [TestCase("POST", "/api/v1/config/reload", HttpStatusCode.Forbidden)]
    public async Task The_read_only_token_changes_nothing(string method, string path, HttpStatusCode expected)
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        admin.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "look");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "GET" ? null : new StringContent("""{"to": ["a@example.com"]}""", null, "application/json");

        using var response = await admin.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(expected), await response.Content.ReadAsStringAsync());
        Assert.That(admin.Services.GetRequiredService<TopologyManager>().Current.Find("default", "a")!.Value.Server.IsDrained, Is.False);
    }

    [Test]
    public async Task A_login_gives_a_cookie_that_opens_what_the_token_does_and_is_not_the_token()
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        using var login = await LoginAsync(admin, "all-of-it", "/queue?a=b");
        var cookie = login.Headers.GetValues("Set-Cookie").Single();

        Assert.That(login.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(login.Headers.Location!.ToString(), Is.EqualTo("/queue?a=b"));
        Assert.That(cookie.ToLowerInvariant(), Does.Contain("httponly").And.Contain("samesite=strict").And.Not.Contain("secure"));
        Assert.That(cookie, Does.Not.Contain("all-of-it"));

        admin.Client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        using var drained = await admin.Client.PostAsync("/api/v1/upstreams/default/a/drain", null);
        Assert.That(drained.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var logout = await admin.Client.PostAsync("/logout", null);
        Assert.That(logout.Headers.GetValues("Set-Cookie").Single(), Does.StartWith("relay-session=;"));
    }

    [Test]
    public async Task Behind_a_proxy_with_tls_the_cookie_is_for_tls_only()
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        admin.Client.DefaultRequestHeaders.Add("Origin", "https://localhost");

        using var login = await LoginAsync(admin, "all-of-it");

        Assert.That(login.Headers.GetValues("Set-Cookie").Single(), Does.Contain("secure"));
    }

    [Test]
    public async Task A_read_only_session_looks_and_a_forged_one_does_not()
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        using var login = await LoginAsync(admin, "look");
        var cookie = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        Assert.That(await StatusAsync(admin, HttpMethod.Get, cookie), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(admin, HttpMethod.Delete, cookie), Is.EqualTo(HttpStatusCode.Forbidden));
        var forged = cookie.Replace("relay-session=AA", "relay-session=AQ", StringComparison.Ordinal); // the level is its first byte
        Assert.That(forged, Is.Not.EqualTo(cookie));
        Assert.That(await StatusAsync(admin, HttpMethod.Get, forged), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(
            await StatusAsync(admin, HttpMethod.Get, "relay-session=" + new string('A', 5000)),
            Is.EqualTo(HttpStatusCode.Unauthorized)
        );
        Assert.That(await StatusAsync(admin, HttpMethod.Get, "relay-session=%00"), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Pages_of_other_sites_cannot_use_a_session_nor_log_in()
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        using var login = await LoginAsync(admin, "all-of-it");
        admin.Client.DefaultRequestHeaders.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        admin.Client.DefaultRequestHeaders.Add("Origin", "https://attacker.example");

        foreach (var path in new[] { "/api/v1/upstreams/default/a/drain", "/login", "/logout", "/_blazor/negotiate" })
        {
            using var response = await admin.Client.PostAsync(path, null);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        using var socket = await admin.Client.GetAsync("/_blazor?id=x");
        Assert.That(socket.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "a web socket begins with a GET that has an origin");
    }

    [Test]
    public async Task A_wrong_token_is_answered_late_and_written_down()
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        var began = TimeProvider.System.GetTimestamp();

        using var login = await LoginAsync(admin, "wrong");

        Assert.That(login.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.GreaterThan(TimeSpan.FromMilliseconds(400)));
        Assert.That(await login.Content.ReadAsStringAsync(), Does.Contain("This is not a token of this Relay."));
        Assert.That(login.Headers.Contains("Set-Cookie"), Is.False);
        Assert.That(admin.Services.GetRequiredService<AuditLog>().List(null, 10)[0].Result, Does.StartWith("refused: a wrong token"));
    }

    [Test]
    public async Task Many_guesses_at_once_are_refused_unread()
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        var guesses = Enumerable.Range(0, 40).Select(number => GuessAsync(admin, $"guess-{number}")).ToList();

        var statuses = await Task.WhenAll(guesses);

        Assert.That(statuses, Is.All.AnyOf(HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests));
        Assert.That(statuses.Count(static status => status == HttpStatusCode.TooManyRequests), Is.GreaterThan(0));
    }

    [TestCase("https://attacker.example/")]
    [TestCase("//attacker.example/")]
    [TestCase("/\\attacker.example/")]
    public async Task A_login_leads_to_no_other_site(string to)
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);

        using var login = await LoginAsync(admin, "all-of-it", to);

        Assert.That(login.Headers.Location!.ToString(), Is.EqualTo("/"));
    }

    [Test]
    public async Task A_browser_is_led_to_the_login_and_a_program_is_not()
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        using var program = await admin.Client.GetAsync("/api/v1/upstreams");
        admin.Client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var browser = await admin.Client.GetAsync("/queue?state=held");
        using var page = await admin.Client.GetAsync(browser.Headers.Location);

        Assert.That(program.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(browser.Headers.Location!.ToString(), Is.EqualTo("/login?to=%2Fqueue%3Fstate%3Dheld"));
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("value=\"/queue?state=held\""));
    }

    [Test]
    public async Task Every_action_is_in_the_audit_log_with_who_did_it()
    {
        await using var admin = await AdminUnderTest.StartAsync(Both);
        admin.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "all-of-it");
        await admin.CaptureAsync("Subject: x\r\n\r\n");
        await admin.SendAsync(HttpMethod.Post, "/api/v1/upstreams/default/a/drain");
        await admin.SendAsync(HttpMethod.Post, "/api/v1/upstreams/default/a/eject");
        await admin.SendAsync(HttpMethod.Put, "/api/v1/upstreams/default/a/weight", """{"weight": 7}""");
        await admin.SendAsync(HttpMethod.Delete, "/api/v1/captured");
        await admin.SendAsync(HttpMethod.Put, "/api/v1/captured/faults/default/a", """{"faults": []}""");

        var page = await admin.GetAsync("/api/v1/audit?limit=3");
        var rest = await admin.GetAsync($"/api/v1/audit?after={page.GetProperty("next").GetInt64()}");

        var all = page.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).ToList();
        Assert.That(
            all.Select(static entry => entry.GetProperty("action").GetString()),
            Is.EqualTo(["captured.faults", "captured.delete", "upstream.weight", "upstream.eject", "upstream.drain"])
        );
        Assert.That(all.Select(static entry => entry.GetProperty("who").GetString()), Is.All.StartsWith("admin token, "));
        Assert.That(all[2].GetProperty("result").GetString(), Is.EqualTo("weight 7"));
        Assert.That(all[2].GetProperty("target").GetString(), Is.EqualTo("default/a"));
    }

    private static async Task<HttpResponseMessage> LoginAsync(AdminUnderTest admin, string token, string to = "")
    {
        using var form = new FormUrlEncodedContent([new("token", token), new("to", to)]);
        return await admin.Client.PostAsync("/login", form);
    }

    private static async Task<HttpStatusCode> StatusAsync(AdminUnderTest admin, HttpMethod method, string cookie)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/captured");
        request.Headers.Add("Cookie", cookie);
        using var response = await admin.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> GuessAsync(AdminUnderTest admin, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/upstreams");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await admin.Client.SendAsync(request);
        return response.StatusCode;
    }
}
