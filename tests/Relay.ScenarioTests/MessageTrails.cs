using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Relay.ScenarioTests.Spool;
using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>Somebody asks what became of a message, and steers a relay that runs.</summary>
internal sealed class MessageTrails : SpoolScenario
{
    [Test]
    public async Task A_message_is_found_whether_it_went_at_once_waits_or_has_bounced()
    {
        await using var server = await ScriptedUpstream.StartAsync();
        var relay = await StartRelayAsync(Spooling("Hybrid").Upstream("a", server.Address).Set("Retry:Schedule", new[] { "01:00:00" }));
        server.On(Stage.Rcpt).For("later@example.net").Reply("451 4.2.1 come back later");
        server.On(Stage.Rcpt).For("never@example.net").Reply("550 5.1.1 no such user");
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        await client.SendMailAsync("app@example.com", "now@example.net", "Message-ID: <now.1@app>\r\nSubject: x\r\n\r\nbody\r\n");
        await client.SendMailAsync("app@example.com", ["now@example.net", "later@example.net", "never@example.net"]);

        var now = Only(await GetAsync(relay, "/api/v1/messages?messageId=now.1@app"));
        Assert.That(Text(now, "status"), Is.EqualTo("delivered"));
        var shown = await GetAsync(relay, $"/api/v1/messages/{Text(now, "id")}");
        Assert.That(shown.GetProperty("attempts")[0].GetProperty("dialogue").GetRawText(), Does.Contain("RCPT TO:<now@example.net>"));

        var mixed = Only(await GetAsync(relay, "/api/v1/messages?recipient=later@"));
        Assert.That(Text(mixed, "status"), Is.EqualTo("mixed"));
        shown = await GetAsync(relay, $"/api/v1/messages/{Text(mixed, "id")}");
        var recipients = shown
            .GetProperty("recipients")
            .EnumerateArray()
            .ToDictionary(static item => Text(item, "address")!, StringComparer.Ordinal);
        Assert.That(Text(recipients["now@example.net"], "status"), Is.EqualTo("delivered"));
        Assert.That(Text(recipients["later@example.net"], "status"), Is.EqualTo("queued"));
        Assert.That(Text(recipients["never@example.net"], "status"), Is.EqualTo("failed"));
        Assert.That(Text(recipients["never@example.net"], "reply"), Does.Contain("550 5.1.1"));
        await Until.TrueAsync(
            async () => (await GetAsync(relay, "/api/v1/messages?recipient=app@example.com")).GetProperty("items").GetArrayLength() == 1,
            "the bounce is found as well"
        );

        await relay.KillAndRestartAsync();
        var after = Only(await GetAsync(relay, "/api/v1/messages?recipient=later@"));
        Assert.That(Text(after, "id"), Is.EqualTo(Text(mixed, "id")), "the queue remembers it");
    }

    [Test]
    public async Task Events_are_streamed_until_the_process_stops()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        using var response = await relay.Api.GetAsync(
            "/api/v1/events?types=message,upstream,audit",
            HttpCompletionOption.ResponseHeadersRead
        );
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        await client.SendMailAsync("app@example.com", "to@example.net");
        using var drained = await relay.Api.PostAsync("/api/v1/upstreams/default/a/drain", null);

        var heard = new StringBuilder();
        while (!heard.ToString().Contains("upstream.drain", StringComparison.Ordinal))
        {
            heard.AppendLine(await events.ReadLineAsync());
        }

        Assert.That(
            heard.ToString(),
            Does.Contain("event: message").And.Contain("\"sender\":\"app@example.com\"").And.Contain("event: audit")
        );
        var ended = relay.TerminateAsync();
        await events.ReadToEndAsync();
        Assert.That(await ended, Is.Zero);
    }

    [Test]
    public async Task Tokens_guard_a_relay_and_a_dry_run_changes_nothing()
    {
        var sink = StartCountingSink();
        var configuration = new RelayConfiguration()
            .Upstream("a", sink.Address)
            .Set("Admin:Token", "all")
            .Set("Admin:ReadOnlyToken", "look");
        var relay = await StartRelayAsync(configuration);
        using var stranger = new HttpClient { BaseAddress = relay.Api.BaseAddress };
        using var reader = new HttpClient { BaseAddress = relay.Api.BaseAddress };
        reader.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "look");
        relay.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "all");

        using var refused = await stranger.GetAsync("/api/v1/upstreams");
        using var forbidden = await reader.PostAsync("/api/v1/upstreams/default/a/drain", null);
        using var changed = new StringContent(configuration.Set("Groups:default:Upstreams:a:Weight", 9).ToJson());
        using var check = await reader.PostAsync("/api/v1/config/check", changed);
        using var result = JsonDocument.Parse(await check.Content.ReadAsStringAsync());
        using var wrong = await reader.PostAsync("/api/v1/config/check", new StringContent("{\"Relay\": {\"Wat\": 1}}"));

        Assert.That((refused.StatusCode, forbidden.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden)));
        var change = result.RootElement.GetProperty("changes").EnumerateArray().Single();
        Assert.That(Text(change, "key"), Is.EqualTo("Relay:Groups:default:Upstreams:a:Weight"));
        Assert.That(await wrong.Content.ReadAsStringAsync(), Does.Contain("Relay:Wat"));
        Assert.That((await relay.GetUpstreamsAsync())["a"].Weight, Is.EqualTo(1));
        var settings = (await GetAsync(relay, "/api/v1/config")).GetProperty("settings").EnumerateArray();
        Assert.That(Text(settings.Single(static setting => Text(setting, "key") == "Relay:Delivery:Accept"), "source"), Is.EqualTo("file"));
    }

    [Test]
    public async Task A_captured_mail_is_released_by_the_spool_and_waits_there_for_its_server()
    {
        var sink = StartCountingSink(keepMessages: true);
        await sink.StopAsync();
        var configuration = Spooling("Hybrid")
            .Set("Groups:default:Upstreams:mailbox", new { Kind = "Capture" })
            .Set("Groups:real:Upstreams:server", new { sink.Address })
            .Set("Groups:real:Health:EjectionTime", "00:00:01")
            .Set("Groups:real:Health:MaximumEjectionTime", "00:00:01")
            .Set("Routes", new[] { new { Group = "default" } })
            .Set("Retry:Schedule", new[] { "00:00:01" });
        var relay = await StartRelayAsync(configuration);
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        await client.SendMailAsync("app@example.com", "to@example.net");
        relay.ExpectLogged("is ejected");
        var mail = Only(await GetAsync(relay, "/api/v1/captured"));

        using var body = new StringContent("{\"group\": \"real\"}", Encoding.UTF8, "application/json");
        using var response = await relay.Api.PostAsync($"/api/v1/captured/{Text(mail, "id")}/release", body);
        using var released = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.That(Text(released.RootElement, "status"), Is.EqualTo("queued"), released.RootElement.GetRawText());
        sink.Start();

        await Until.TrueAsync(() => sink.Count == 1, "the real server has it");
        Assert.That(sink.Messages.Single().Sender, Is.EqualTo("app@example.com"));
        Assert.That((await GetAsync(relay, "/api/v1/captured")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    private static async Task<JsonElement> GetAsync(RelayUnderTest relay, string path)
    {
        using var response = await relay.Api.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static JsonElement Only(JsonElement page) => page.GetProperty("items").EnumerateArray().Single();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
