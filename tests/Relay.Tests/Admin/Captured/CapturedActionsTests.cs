using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.TestKit;

namespace Relay.Tests.Admin.Captured;

internal sealed class CapturedActionsTests
{
    [Test]
    public async Task Mail_is_found_by_subject_sender_and_recipient()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        await admin.CaptureAsync("Subject: Invoice 17\r\n\r\n", sender: "shop@example.com");
        await admin.CaptureAsync("Subject: Welcome\r\n\r\n", sender: "app@example.com");

        Assert.That(Subjects(await admin.GetAsync("/api/v1/captured?search=invoice")), Is.EqualTo(["Invoice 17"]));
        Assert.That(Subjects(await admin.GetAsync("/api/v1/captured?search=APP@")), Is.EqualTo(["Welcome"]));
        Assert.That(Subjects(await admin.GetAsync("/api/v1/captured?search=to@example")), Has.Count.EqualTo(2));
        Assert.That(Subjects(await admin.GetAsync("/api/v1/captured?group=other")), Is.Empty);
    }

    [Test]
    public async Task Mail_is_unread_until_somebody_opens_it()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        var id = await admin.CaptureAsync("Subject: x\r\n\r\n");

        var before = await admin.GetAsync("/api/v1/captured");
        await admin.GetAsync($"/api/v1/captured/{id}");
        var after = await admin.GetAsync("/api/v1/captured");

        Assert.That((before.GetProperty("unread").GetInt32(), after.GetProperty("unread").GetInt32()), Is.EqualTo((1, 0)));
        Assert.That(after.GetProperty("items")[0].GetProperty("isRead").GetBoolean(), Is.True);
    }

    [Test]
    public async Task One_mail_a_search_or_all_are_deleted()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        var id = await admin.CaptureAsync("Subject: one\r\n\r\n");
        await admin.CaptureAsync("Subject: two\r\n\r\n", "b");
        await admin.CaptureAsync("Subject: three\r\n\r\n");

        Assert.That(Count(await admin.SendAsync(HttpMethod.Delete, $"/api/v1/captured/{id}")), Is.EqualTo(1));
        await admin.SendAsync(HttpMethod.Delete, $"/api/v1/captured/{id}", expected: HttpStatusCode.NotFound);
        Assert.That(Count(await admin.SendAsync(HttpMethod.Delete, "/api/v1/captured?search=two")), Is.EqualTo(1));
        Assert.That(Count(await admin.SendAsync(HttpMethod.Delete, "/api/v1/captured")), Is.EqualTo(1));
        Assert.That(Subjects(await admin.GetAsync("/api/v1/captured")), Is.Empty);
    }

    [Test]
    public async Task Deleting_gives_the_memory_back()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        var id = await admin.CaptureAsync("Subject: one\r\n\r\n");
        var mailboxes = admin.Services.GetRequiredService<CaptureMailboxes>();
        Assert.That(mailboxes.TryOpen(mailboxes.List(null, 1)[0].Id, out var lease), Is.True);

        await admin.SendAsync(HttpMethod.Delete, $"/api/v1/captured/{id}");

        Assert.That(lease!.Body.Length, Is.Positive, "who reads it reads it to the end");
        lease.Dispose();
        Assert.That(lease.Dispose, Throws.Nothing);
    }

    [Test]
    public async Task A_mail_is_released_to_real_servers_with_its_bytes_and_its_envelope()
    {
        await using var server = await ScriptedUpstream.StartAsync();
        await using var admin = await AdminUnderTest.StartAsync(change: options => WithServer(options, server.Address));
        var id = await admin.CaptureAsync("Subject: =?utf-8?q?x?=\r\n\r\nbody\r\n", sender: "bounce+1@example.com");

        var released = await admin.SendAsync(HttpMethod.Post, $"/api/v1/captured/{id}/release", """{"group": "real"}""");

        Assert.That(released.GetProperty("status").GetString(), Is.EqualTo("delivered"));
        var mail = server.Accepted.Single();
        Assert.That(mail.From, Does.Contain("<bounce+1@example.com>"));
        Assert.That(mail.Text, Is.EqualTo("Subject: =?utf-8?q?x?=\r\n\r\nbody\r\n"));
        Assert.That(Subjects(await admin.GetAsync("/api/v1/captured")), Has.Count.EqualTo(1), "it stays in its mailbox");
        var shown = await admin.GetAsync($"/api/v1/messages/{released.GetProperty("id").GetString()}");
        Assert.That(shown.GetProperty("message").GetProperty("status").GetString(), Is.EqualTo("delivered"));
    }

    [Test]
    public async Task A_release_may_name_other_recipients()
    {
        await using var server = await ScriptedUpstream.StartAsync();
        await using var admin = await AdminUnderTest.StartAsync(change: options => WithServer(options, server.Address));
        var id = await admin.CaptureAsync("Subject: x\r\n\r\n");

        await admin.SendAsync(HttpMethod.Post, $"/api/v1/captured/{id}/release", """{"group": "real", "to": ["me@example.com"]}""");

        Assert.That(server.Accepted.Single().Recipients.Single(), Does.Contain("<me@example.com>"));
    }

    [TestCase("""{"group": "default"}""", "group: a group of real servers is needed; there are real.")]
    [TestCase("""{"group": "nowhere"}""", "group: a group of real servers is needed")]
    [TestCase("{}", "group: a group of real servers is needed")]
    [TestCase("""{"group": "real", "to": ["a b"]}""", "to: \"a b\" is not an address.")]
    [TestCase("""{"group": "real", "to": ["<a@b>\r\nRCPT TO:<c@d>"]}""", "to: ")]
    public async Task A_release_that_cannot_be_meant_is_refused(string json, string expected)
    {
        await using var admin = await AdminUnderTest.StartAsync(change: static options => WithServer(options, "127.0.0.1:1"));
        var id = await admin.CaptureAsync("Subject: x\r\n\r\n");

        var problem = await admin.SendAsync(HttpMethod.Post, $"/api/v1/captured/{id}/release", json, HttpStatusCode.BadRequest);

        Assert.That(problem.GetProperty("detail").GetString(), Does.StartWith(expected));
    }

    [Test]
    public async Task Faults_are_switched_and_shown()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        const string Path = "/api/v1/captured/faults/default/a";

        var before = await admin.GetAsync(Path);
        var set = await admin.SendAsync(
            HttpMethod.Put,
            Path,
            """{"faults": [{"stage": "Dot", "action": "Reply", "reply": "451 4.3.0 busy", "probability": 0.5}, {"stage": "Mail", "action": "Delay", "delay": "00:00:02"}]}"""
        );
        var off = await admin.SendAsync(HttpMethod.Put, Path, """{"faults": []}""");

        Assert.That(before.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(set.GetProperty("items")[0].GetProperty("reply").GetString(), Is.EqualTo("451 4.3.0 busy"));
        Assert.That(set.GetProperty("items")[1].GetProperty("delay").GetString(), Is.EqualTo("00:00:02"));
        Assert.That(off.GetProperty("items").GetArrayLength(), Is.Zero);
    }

    [TestCase("{}", HttpStatusCode.BadRequest)]
    [TestCase("""{"faults": [null]}""", HttpStatusCode.BadRequest)]
    [TestCase("""{"faults": [{"action": "Explode"}]}""", HttpStatusCode.BadRequest)]
    [TestCase("""{"faults": [{"action": "Reply", "reply": "451 x\r\n250 y"}]}""", HttpStatusCode.BadRequest)]
    [TestCase("""{"faults": [{"stage": "Connect", "action": "Reply", "reply": "451 x"}]}""", HttpStatusCode.BadRequest)]
    [TestCase("""{"faults": [{"action": "Delay", "delay": "1.00:00:00"}]}""", HttpStatusCode.BadRequest)]
    public async Task Faults_that_no_mailbox_can_have_are_refused(string json, HttpStatusCode expected)
    {
        await using var admin = await AdminUnderTest.StartAsync();

        await admin.SendAsync(HttpMethod.Put, "/api/v1/captured/faults/default/a", json, expected);
        await admin.SendAsync(HttpMethod.Put, "/api/v1/captured/faults/default/nobody", """{"faults": []}""", HttpStatusCode.NotFound);
    }

    private static RelayOptions WithServer(RelayOptions options, string address) =>
        options with
        {
            Groups = new Dictionary<string, GroupOptions>(options.Groups, StringComparer.OrdinalIgnoreCase)
            {
                ["real"] = new()
                {
                    Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase)
                    {
                        ["server"] = new() { Address = address },
                    },
                },
            },
        };

    private static int Count(JsonElement deleted) => deleted.GetProperty("count").GetInt32();

    private static List<string?> Subjects(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("subject").GetString())];
}
