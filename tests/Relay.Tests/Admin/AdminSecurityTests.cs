using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Relay.Admin.Security;
using Relay.Core.Configuration;
using Relay.Core.Upstreams;

namespace Relay.Tests.Admin;

public sealed class AdminSecurityTests
{
    [Test]
    public async Task Without_a_token_requests_need_none()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        using var response = await admin.Client.GetAsync("/api/v1/upstreams");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(null, HttpStatusCode.Unauthorized)]
    [TestCase("Bearer wrong", HttpStatusCode.Unauthorized)]
    [TestCase("Bearer", HttpStatusCode.Unauthorized)]
    [TestCase("Basic secret", HttpStatusCode.Unauthorized)]
    [TestCase("Bearer secret", HttpStatusCode.OK)]
    [TestCase("bearer secret", HttpStatusCode.OK)]
    public async Task With_a_token_every_request_must_carry_it(string? authorization, HttpStatusCode expected)
    {
        await using var admin = await AdminUnderTest.StartAsync(new AdminOptions { Token = "secret" });
        admin.Client.DefaultRequestHeaders.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);

        foreach (var path in new[] { "/", "/api/v1/upstreams", "/api/v1/captured", "/metrics" })
        {
            using var response = await admin.Client.GetAsync(path);
            Assert.That(response.StatusCode, Is.EqualTo(expected), path);
            var isChallenged = response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "Bearer");
            Assert.That(isChallenged, Is.EqualTo(expected != HttpStatusCode.OK), path);
        }
    }

    [Test]
    public async Task A_name_that_points_here_by_trickery_is_refused()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        admin.Client.DefaultRequestHeaders.Host = "attacker.example";

        using var response = await admin.Client.GetAsync("/api/v1/captured");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.MisdirectedRequest));
    }

    [TestCase("http://attacker.example", HttpStatusCode.Forbidden)]
    [TestCase("http://localhost:3000", HttpStatusCode.Forbidden, TestName = "Another port is another site")]
    [TestCase("null", HttpStatusCode.Forbidden, TestName = "A page in a sandbox has no origin to name")]
    [TestCase("http://localhost", HttpStatusCode.OK)]
    [TestCase("https://localhost", HttpStatusCode.OK, TestName = "A proxy in front may speak TLS")]
    public async Task Pages_of_other_sites_change_nothing(string origin, HttpStatusCode expected)
    {
        await using var admin = await AdminUnderTest.StartAsync();
        admin.Client.DefaultRequestHeaders.Add("Origin", origin);

        using var response = await admin.Client.PostAsync("/api/v1/upstreams/default/a/drain", content: null);

        Assert.That(response.StatusCode, Is.EqualTo(expected));
        var isDrained = admin.Services.GetRequiredService<TopologyManager>().Current.Find("default", "a")!.Value.Server.IsDrained;
        Assert.That(isDrained, Is.EqualTo(expected == HttpStatusCode.OK));
    }

    [Test]
    public async Task Every_answer_forbids_scripts_foreign_resources_and_guessing()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        foreach (var path in new[] { "/", "/api/v1/captured", "/nowhere" })
        {
            using var response = await admin.Client.GetAsync(path);
            Assert.That(response.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'"), path);
            Assert.That(response.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"), path);
        }
    }

    [TestCase("127.0.0.1:8025", "127.0.0.1", true)]
    [TestCase("127.0.0.1:8025", "localhost", true)]
    [TestCase("127.0.0.1:8025", "[::1]", true)]
    [TestCase("127.0.0.1:8025", "relay.example.com", false)]
    [TestCase("127.0.0.1:8025", "192.0.2.1", false)]
    [TestCase("127.0.0.1:8025", "", false)]
    [TestCase("192.0.2.1:8025", "192.0.2.1", true)]
    [TestCase("192.0.2.1:8025", "192.0.2.2", false)]
    [TestCase("*:8025", "192.0.2.2", true)]
    [TestCase("*:8025", "relay.example.com", true)]
    [TestCase("*:8025", "attacker.example", false)]
    public void A_host_is_ours_if_it_can_be_meant(string address, string host, bool expected)
    {
        var check = new HostCheck(
            new RelayOptions
            {
                HostName = "relay.example.com",
                Admin = new AdminOptions { Address = address },
            }
        );

        Assert.That(check.IsOurs(host), Is.EqualTo(expected));
    }
}
