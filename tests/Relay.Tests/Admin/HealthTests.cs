using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Relay.Core.Configuration;
using Relay.Core.Reception;
using Relay.Core.Upstreams;

namespace Relay.Tests.Admin;

public sealed class HealthTests
{
    [Test]
    public async Task Ready_while_an_upstream_is_in_service_be_it_a_backup()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        Drain(admin, "default", "a");

        Assert.That(await AskAsync(admin), Is.EqualTo((HttpStatusCode.OK, """{"status":"ready"}""")));
    }

    [Test]
    public async Task Not_ready_while_no_upstream_is_in_service_and_ready_again_when_one_is_back()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        Drain(admin, "default", "a");
        Drain(admin, "default", "b");

        const string Expected = """{"status":"not ready","reason":"no upstream of the group default is in service"}""";
        Assert.That(await AskAsync(admin), Is.EqualTo((HttpStatusCode.ServiceUnavailable, Expected)));

        using var resumed = await admin.Client.PostAsync("/api/v1/upstreams/default/b/resume", content: null);
        Assert.That((await AskAsync(admin)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task The_group_default_decides_where_there_is_one()
    {
        await using var admin = await AdminUnderTest.StartAsync(change: options => WithGroups(options, "default", "other"));
        Drain(admin, "other", "a");
        Drain(admin, "other", "b");
        Assert.That((await AskAsync(admin)).Status, Is.EqualTo(HttpStatusCode.OK));

        Drain(admin, "default", "a");
        Drain(admin, "default", "b");
        using var resumed = await admin.Client.PostAsync("/api/v1/upstreams/other/a/resume", content: null);
        Assert.That((await AskAsync(admin)).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task Without_a_group_default_any_group_will_do()
    {
        await using var admin = await AdminUnderTest.StartAsync(change: options => WithGroups(options, "one", "two"));
        Drain(admin, "one", "a");
        Drain(admin, "one", "b");
        Drain(admin, "two", "a");
        Assert.That((await AskAsync(admin)).Status, Is.EqualTo(HttpStatusCode.OK));

        Drain(admin, "two", "b");
        const string Expected = """{"status":"not ready","reason":"no upstream is in service"}""";
        Assert.That(await AskAsync(admin), Is.EqualTo((HttpStatusCode.ServiceUnavailable, Expected)));
    }

    [Test]
    public async Task Not_ready_without_disk_to_spill_to()
    {
        await using var admin = await AdminUnderTest.StartAsync(change: options =>
            options with
            {
                Limits = new LimitOptions { TemporaryFolder = Path.Combine(Path.GetTempPath(), "relay-missing") },
            }
        );

        const string Expected = """{"status":"not ready","reason":"the disk of the temporary folder is nearly full"}""";
        Assert.That(await AskAsync(admin), Is.EqualTo((HttpStatusCode.ServiceUnavailable, Expected)));
    }

    [Test]
    public async Task Not_ready_but_alive_while_the_process_is_stopping()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        admin.Services.GetRequiredService<SessionRegistry>().BeginDrain();

        const string Expected = """{"status":"not ready","reason":"the process is stopping"}""";
        Assert.That(await AskAsync(admin), Is.EqualTo((HttpStatusCode.ServiceUnavailable, Expected)));
        Assert.That(await AskAsync(admin, "/health/live"), Is.EqualTo((HttpStatusCode.OK, """{"status":"live"}""")));
    }

    [TestCase("/health/live", HttpStatusCode.OK)]
    [TestCase("/health/ready", HttpStatusCode.OK)]
    [TestCase("/health/other", HttpStatusCode.MisdirectedRequest)]
    [TestCase("/api/v1/upstreams", HttpStatusCode.MisdirectedRequest)]
    public async Task Probes_need_no_token_and_may_use_any_name(string path, HttpStatusCode expected)
    {
        await using var admin = await AdminUnderTest.StartAsync(new AdminOptions { Token = "secret" });
        admin.Client.DefaultRequestHeaders.Host = "pod-17.cluster.example";

        Assert.That((await AskAsync(admin, path)).Status, Is.EqualTo(expected));
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(AdminUnderTest admin, string path = "/health/ready")
    {
        using var response = await admin.Client.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static void Drain(AdminUnderTest admin, string group, string name)
    {
        var (found, server) = admin.Services.GetRequiredService<TopologyManager>().Current.Find(group, name)!.Value;
        server.Drain();
        found.Refresh();
    }

    private static RelayOptions WithGroups(RelayOptions options, params string[] names) =>
        options with
        {
            Groups = names.ToDictionary(name => name, _ => options.Groups["default"], StringComparer.Ordinal),
        };
}
