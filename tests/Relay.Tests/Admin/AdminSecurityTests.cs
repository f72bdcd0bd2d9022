using System.Net;
using System.Net.Http.Headers;
using Relay.Admin.Security;
using Relay.Core.Configuration;

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

        foreach (var path in new[] { "/", "/api/v1/upstreams", "/api/v1/captured" })
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
