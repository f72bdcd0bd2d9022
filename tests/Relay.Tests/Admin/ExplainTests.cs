using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Relay.Core.Configuration;
using Relay.Core.Upstreams;

namespace Relay.Tests.Admin;

public sealed class ExplainTests
{
    [Test]
    public async Task The_route_the_tier_and_the_choice_are_told_and_why_not_the_others()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        var answer = await ExplainAsync(
            admin,
            new
            {
                from = "a@example.com",
                to = new[] { "b@example.com" },
                client = "127.0.0.1",
            }
        );

        Assert.That(answer.GetProperty("group").GetString(), Is.EqualTo("default"));
        Assert.That(answer.GetProperty("routeNumber").GetInt32(), Is.Zero);
        Assert.That(answer.GetProperty("tier").GetInt32(), Is.Zero);
        Assert.That(answer.GetProperty("choice").GetString(), Is.EqualTo("a"));
        Assert.That(Why(answer, "b"), Is.EqualTo("its tier is not used while tier 0 is in service"));
    }

    [Test]
    public async Task A_drained_server_a_full_one_and_one_that_failed_say_so()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        var topology = admin.Services.GetRequiredService<TopologyManager>();
        var (group, a) = topology.Current.Find("default", "a")!.Value;
        a.Drain();
        group.Refresh();
        var drained = await ExplainAsync(admin, Plain);
        a.Resume();
        a.Health.ReportTrustProblem("535 5.7.8 wrong password");
        var failed = await ExplainAsync(admin, Plain);

        Assert.That((drained.GetProperty("choice").GetString(), Why(drained, "a")), Is.EqualTo(("b", "out of service: drained by hand")));
        Assert.That(Why(failed, "a"), Is.EqualTo("out of service: 535 5.7.8 wrong password"));
        Assert.That(failed.GetProperty("tier").GetInt32(), Is.EqualTo(1));
        var b = topology.Current.Find("default", "b")!.Value.Server;
        while (b.TryReserve(1, out _)) { }

        var full = await ExplainAsync(admin, Plain);
        Assert.That(full.GetProperty("verdict").GetString(), Does.Contain("wait"));
        Assert.That(Why(full, "b"), Does.StartWith("no room"));
    }

    [Test]
    public async Task Nothing_is_reserved_and_no_turn_is_taken()
    {
        await using var admin = await AdminUnderTest.StartAsync(change: options => WithStrategy(options, "RoundRobin"));
        var servers = admin.Services.GetRequiredService<TopologyManager>().Current.Groups["default"].Members;

        var answer = await ExplainAsync(admin, Plain);

        Assert.That(answer.GetProperty("verdict").GetString(), Is.EqualTo("RoundRobin would pick one of a, b"));
        Assert.That(servers.Select(server => server.Load.InFlight), Is.All.Zero);
        Assert.That(servers.Select(server => server.CurrentWeight), Is.All.Zero);
    }

    [Test]
    public async Task Whose_mail_an_upstream_takes_is_told()
    {
        await using var admin = await AdminUnderTest.StartAsync(change: options => WithSenders(options, "*@other.example"));

        var answer = await ExplainAsync(admin, Plain);

        Assert.That(
            answer.GetProperty("verdict").GetString(),
            Is.EqualTo("it would be refused: 550 5.7.1 No upstream server takes mail of this sender")
        );
        Assert.That(Why(answer, "a"), Is.EqualTo("it takes mail of other senders: *@other.example"));
    }

    [Test]
    public async Task A_hash_tells_its_choice()
    {
        await using var admin = await AdminUnderTest.StartAsync(change: options => WithStrategy(options, "SenderHash"));

        var answer = await ExplainAsync(admin, Plain);

        Assert.That(answer.GetProperty("choice").GetString(), Is.AnyOf("a", "b"));
        Assert.That(
            (await ExplainAsync(admin, Plain)).GetProperty("choice").GetString(),
            Is.EqualTo(answer.GetProperty("choice").GetString())
        );
    }

    [Test]
    public async Task A_recipient_that_no_route_takes_is_told()
    {
        await using var admin = await AdminUnderTest.StartAsync(change: options =>
            options with
            {
                Routes = [new Core.Configuration.RouteOptions { To = "*@only.example", Group = "default" }],
            }
        );

        Assert.That((await ExplainAsync(admin, Plain)).GetProperty("verdict").GetString(), Does.Contain("550 5.7.1"));
    }

    [TestCase("{}", "to:")]
    [TestCase("""{"to":["a@b"],"client":"here"}""", "client:")]
    [TestCase("""{"to":["a b"]}""", "to:")]
    [TestCase("""{"to":["a@b"],"listener":"none"}""", "listener:")]
    public async Task What_cannot_be_explained_is_a_clear_error(string body, string detail)
    {
        await using var admin = await AdminUnderTest.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await admin.Client.PostAsync("/api/v1/explain", content);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(detail));
    }

    private static readonly object Plain = new { from = "a@example.com", to = new[] { "b@example.com" } };

    private static RelayOptions WithSenders(RelayOptions options, string pattern)
    {
        var group = options.Groups["default"];
        var upstreams = group.Upstreams.ToDictionary(
            upstream => upstream.Key,
            upstream => upstream.Value with { SenderPatterns = [pattern] },
            StringComparer.Ordinal
        );
        return options with
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal) { ["default"] = group with { Upstreams = upstreams } },
        };
    }

    private static RelayOptions WithStrategy(RelayOptions options, string strategy)
    {
        var group = options.Groups["default"];
        var upstreams = group.Upstreams.ToDictionary(
            upstream => upstream.Key,
            upstream => upstream.Value with { Backup = false },
            StringComparer.Ordinal
        );
        return options with
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal)
            {
                ["default"] = group with { Strategy = strategy, Upstreams = upstreams },
            },
        };
    }

    private static async Task<JsonElement> ExplainAsync(AdminUnderTest admin, object request)
    {
        using var response = await admin.Client.PostAsJsonAsync("/api/v1/explain", request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var answers = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answers[0];
    }

    private static string? Why(JsonElement answer, string upstream) =>
        answer
            .GetProperty("upstreams")
            .EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == upstream)
            .GetProperty("why")
            .GetString();
}
