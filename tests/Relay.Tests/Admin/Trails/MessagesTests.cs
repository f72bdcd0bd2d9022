using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry.Trail;
using Relay.Tests.Admin.Queue;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Admin.Trails;

internal sealed class MessagesTests
{
    private static readonly SmtpReply Taken = new(250, new EnhancedStatusCode(2, 0, 0), "Ok: queued as 4XYZ");
    private static readonly SmtpReply Busy = new(451, new EnhancedStatusCode(4, 3, 0), "busy");

    private int _number;

    [Test]
    public async Task A_message_is_found_by_everything_that_people_know_of_it()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        var id = Remember(admin, "ann@example.com", ["bob@example.net", "eve@example.org"], "<1234@client.example.com>");
        Remember(admin, "other@example.com", ["nobody@example.net"], "<5678@client.example.com>", OutcomeKind.Deferred);

        string[] queries =
        [
            $"id={id.ToLowerInvariant()}",
            "sender=ANN@",
            "recipient=eve@",
            "messageId=%3C1234@client.example.com%3E",
            "queueId=4xyz",
            "search=1234@client",
            "search=bob@",
            "search=4XYZ",
            "status=delivered",
            "sender=ann&recipient=bob&upstream=A",
        ];
        foreach (var query in queries)
        {
            var page = await admin.GetAsync($"/api/v1/messages?{query}");
            Assert.That(Ids(page), Is.EqualTo([id]), query);
        }

        Assert.That(Ids(await admin.GetAsync("/api/v1/messages?sender=ann&recipient=nobody")), Is.Empty);
    }

    [Test]
    public async Task Pages_go_from_the_newest_to_the_oldest()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        var ids = Enumerable
            .Range(0, 5)
            .Select(_ => Remember(admin, "a@example.com", ["b@example.net"], null))
            .Order(StringComparer.Ordinal)
            .Reverse()
            .ToList();

        var first = await admin.GetAsync("/api/v1/messages?limit=2");
        var second = await admin.GetAsync($"/api/v1/messages?limit=3&after={first.GetProperty("next").GetString()}");

        Assert.That(Ids(first).Concat(Ids(second)), Is.EqualTo(ids));
        Assert.That(second.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task One_message_is_shown_with_its_attempts_their_dialogues_and_its_recipients_in_pages()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        string[] recipients = [.. Enumerable.Range(0, 25).Select(static number => $"r{number:00}@example.net")];
        var id = Remember(admin, "a@example.com", recipients, "<1@x>");

        var shown = await admin.GetAsync($"/api/v1/messages/{id}?limit=10");
        var last = await admin.GetAsync($"/api/v1/messages/{id}?limit=10&recipients=20");

        Assert.That(shown.GetProperty("message").GetProperty("messageId").GetString(), Is.EqualTo("1@x"));
        Assert.That(shown.GetProperty("message").GetProperty("recipientCount").GetInt32(), Is.EqualTo(25));
        Assert.That(shown.GetProperty("recipients").GetArrayLength(), Is.EqualTo(10));
        Assert.That(shown.GetProperty("nextRecipient").GetInt32(), Is.EqualTo(10));
        Assert.That(last.GetProperty("recipients").GetArrayLength(), Is.EqualTo(5));
        Assert.That(last.GetProperty("nextRecipient").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var attempt = shown.GetProperty("attempts").EnumerateArray().Single();
        Assert.That(attempt.GetProperty("queueId").GetString(), Is.EqualTo("4XYZ"));
        Assert.That(attempt.GetProperty("dialogue")[0].GetProperty("command").GetString(), Is.EqualTo("MAIL FROM:<a@example.com>"));
        Assert.That(attempt.GetProperty("dialogue").GetArrayLength(), Is.LessThan(25), "the rest is counted");
    }

    [Test]
    public async Task What_only_the_queue_knows_is_found_too()
    {
        await using var queue = await QueueUnderTest.StartAsync();
        var waiting = await queue.StoreAsync("ann@example.com", "bob@example.net");
        var failed = await queue.StoreAsync("ann@example.com", "eve@example.net", states: SpoolState.Failed);

        var page = await queue.Admin.GetAsync("/api/v1/messages?sender=ann");
        var shown = await queue.Admin.GetAsync($"/api/v1/messages/{waiting}");

        Assert.That(Ids(page), Is.EquivalentTo(new[] { waiting, failed }));
        Assert.That(
            page.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("status").GetString()),
            Is.EquivalentTo(new[] { "queued", "failed" })
        );
        Assert.That(shown.GetProperty("recipients")[0].GetProperty("reply").GetString(), Is.EqualTo("451 later"));
        Assert.That(shown.GetProperty("rows").GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("?limit=0")]
    [TestCase("?limit=1001")]
    [TestCase("?after=yesterday")]
    [TestCase("?id=nothing")]
    [TestCase("?status=sideways")]
    public async Task A_question_that_cannot_be_meant_is_refused(string query)
    {
        await using var admin = await AdminUnderTest.StartAsync();

        var problem = await admin.GetAsync($"/api/v1/messages{query}", HttpStatusCode.BadRequest);

        Assert.That(
            problem.GetProperty("detail").GetString(),
            Does.StartWith(query[1..query.IndexOf('=', StringComparison.Ordinal)] + ":")
        );
    }

    [TestCase("nonsense")]
    [TestCase("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    public async Task A_message_that_nobody_knows_is_not_found(string id)
    {
        await using var admin = await AdminUnderTest.StartAsync();

        await admin.GetAsync($"/api/v1/messages/{id}", HttpStatusCode.NotFound);
    }

    private static IEnumerable<string?> Ids(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("id").GetString());

    private string Remember(
        AdminUnderTest admin,
        string sender,
        string[] recipients,
        string? messageId,
        OutcomeKind outcome = OutcomeKind.Delivered
    )
    {
        var text = messageId is null ? "Subject: x\r\n\r\n" : $"Message-ID: {messageId}\r\n\r\n";
        var message = Some.Message(sender, recipients, text: text);
        message = message with { Id = new MessageId(message.Id.Value + (UInt128)(uint)++_number) };
        var reply = outcome == OutcomeKind.Delivered ? Taken : Busy;
        var replies = new SmtpReply?[recipients.Length];
        Array.Fill(replies, Taken);
        var exchange = new Exchange(message.Envelope.Recipients, Taken, replies, Taken, reply, null);
        var outcomes = new RecipientOutcome[recipients.Length];
        Array.Fill(outcomes, new RecipientOutcome(outcome, reply, outcome == OutcomeKind.Delivered ? "a" : "b"));
        var upstream = outcome == OutcomeKind.Delivered ? "a" : "b";
        AttemptRecord[] attempts = [new(upstream, reply.ToString(), TimeSpan.FromMilliseconds(2)) { Exchange = exchange }];
        admin.Services.GetRequiredService<MessageTrail>().Answered(message, outcomes, attempts, reply, isStored: false);
        return message.Id.ToString();
    }
}
