using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Relay.Core.Configuration;

namespace Relay.Tests.Admin.Config;

/// <summary>The running configuration, and dry runs of changed ones.</summary>
internal sealed class ConfigTests
{
    private const string Valid = """
        {
          // a comment, as in a file
          "Relay": {
            "HostName": "other.example.com",
            "Listeners": { "smtp": { "Address": "127.0.0.1:2525" } },
            "Groups": { "default": { "Upstreams": { "a": { "Kind": "Capture" }, "b": { "Kind": "Capture", "Backup": true, "Weight": 5 } } } },
            "Delivery": { "Accept": "Proxy" },
            "Admin": { "Token": "another-secret" },
          }
        }
        """;

    [Test]
    public async Task Every_key_is_shown_with_its_source_and_no_secret()
    {
        await using var admin = await AdminUnderTest.StartAsync(new AdminOptions { Token = "the-secret-token" });
        admin.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "the-secret-token");

        var shown = await admin.GetAsync("/api/v1/config");

        Assert.That(shown.GetRawText(), Does.Not.Contain("the-secret-token"));
        var settings = shown
            .GetProperty("settings")
            .EnumerateArray()
            .ToDictionary(static setting => setting.GetProperty("key").GetString()!, StringComparer.Ordinal);
        Assert.That(Text(settings["Relay:HostName"], "value"), Is.EqualTo("relay.example.com"));
        Assert.That(Text(settings["Relay:HostName"], "source"), Is.EqualTo("environment"));
        Assert.That(settings["Relay:HostName"].GetProperty("needsRestart").GetBoolean(), Is.True);
        Assert.That(Text(settings["Relay:Groups:default:Upstreams:b:Weight"], "value"), Is.EqualTo("3"));
        Assert.That(Text(settings["Relay:Groups:default:Upstreams:b:Weight"], "source"), Is.EqualTo("default"));
        var token = settings["Relay:Admin:Token"];
        Assert.That(token.GetProperty("isSecret").GetBoolean() && token.GetProperty("isSet").GetBoolean(), Is.True);
        Assert.That(token.GetProperty("value").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task A_dry_run_tells_each_difference_and_which_need_a_restart()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        var result = await admin.SendAsync(HttpMethod.Post, "/api/v1/config/check", Valid);

        Assert.That(result.GetProperty("isValid").GetBoolean(), Is.True, result.GetRawText());
        Assert.That(result.GetRawText(), Does.Not.Contain("another-secret"));
        var changes = result
            .GetProperty("changes")
            .EnumerateArray()
            .ToDictionary(static change => change.GetProperty("key").GetString()!, StringComparer.Ordinal);
        var weight = changes["Relay:Groups:default:Upstreams:b:Weight"];
        Assert.That((Text(weight, "before"), Text(weight, "after")), Is.EqualTo(("3", "5")));
        Assert.That(weight.GetProperty("needsRestart").GetBoolean(), Is.False);
        Assert.That(changes["Relay:HostName"].GetProperty("needsRestart").GetBoolean(), Is.True);
        Assert.That(changes["Relay:Admin:Token"].GetProperty("after").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(result.GetProperty("needsRestart").GetBoolean(), Is.True);
        Assert.That(await ShownHostAsync(admin), Is.EqualTo("relay.example.com"), "nothing has changed");
    }

    [Test]
    public async Task A_dry_run_tells_everything_that_is_wrong_at_once()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        var result = await admin.SendAsync(
            HttpMethod.Post,
            "/api/v1/config/check",
            """{"Relay": {"HostNaem": "x", "Groups": {"default": {"Upstreams": {"a": {"Address": "x:25", "Weight": 0}}}}}}"""
        );

        Assert.That(result.GetProperty("isValid").GetBoolean(), Is.False);
        var errors = result.GetProperty("errors").EnumerateArray().Select(static error => Text(error, "key")).ToList();
        Assert.That(errors, Does.Contain("Relay:HostNaem").And.Contain("Relay:Groups:default:Upstreams:a:Weight"));
    }

    [TestCase("[1, 2]")]
    [TestCase("{\"Relay\": ")]
    [TestCase("\u0000")]
    public async Task What_is_no_configuration_is_told_as_an_error_of_it(string body)
    {
        await using var admin = await AdminUnderTest.StartAsync();

        var result = await admin.SendAsync(HttpMethod.Post, "/api/v1/config/check", body);

        Assert.That(result.GetProperty("isValid").GetBoolean(), Is.False);
        Assert.That(result.GetProperty("errors").GetArrayLength(), Is.Positive);
    }

    [Test]
    public async Task A_body_without_end_is_refused()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        await admin.SendAsync(HttpMethod.Post, "/api/v1/config/check", new string(' ', 1024 * 1024 + 1), HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task A_read_only_token_learns_nothing_of_files()
    {
        await using var admin = await AdminUnderTest.StartAsync(new AdminOptions { Token = "all", ReadOnlyToken = "look" });
        const string Json = """
            {"Relay": {
              "Listeners": {"smtp": {"Address": "127.0.0.1:2525"}},
              "Groups": {"default": {"Upstreams": {"a": {"Address": "x:25", "UserName": "u", "PasswordFile": "/no/such/file"}}}},
              "Delivery": {"Accept": "Proxy"}}}
            """;

        admin.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "look");
        var looked = await admin.SendAsync(HttpMethod.Post, "/api/v1/config/check", Json);
        admin.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "all");
        var asked = await admin.SendAsync(HttpMethod.Post, "/api/v1/config/check", Json);

        Assert.That(looked.GetProperty("areFilesRead").GetBoolean(), Is.False);
        Assert.That(looked.GetProperty("isValid").GetBoolean(), Is.True, looked.GetRawText());
        Assert.That(asked.GetProperty("isValid").GetBoolean(), Is.False);
    }

    private static async Task<string?> ShownHostAsync(AdminUnderTest admin)
    {
        var shown = await admin.GetAsync("/api/v1/config");
        return Text(
            shown.GetProperty("settings").EnumerateArray().First(static setting => Text(setting, "key") == "Relay:HostName"),
            "value"
        );
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
