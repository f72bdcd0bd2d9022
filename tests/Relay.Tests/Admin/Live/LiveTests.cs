using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Relay.Core.Messages;
using Relay.Core.Telemetry.Trail;
using Relay.Live;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Admin.Live;

internal sealed class LiveTests
{
    [Test]
    public async Task Figures_show_every_upstream_and_the_queue()
    {
        await using var admin = await AdminUnderTest.StartAsync();

        var live = await admin.GetAsync("/api/v1/live");

        var current = live.GetProperty("current");
        var names = current.GetProperty("upstreams").EnumerateArray().Select(static upstream => upstream.GetProperty("name").GetString());
        Assert.That(names, Is.EqualTo(["a", "b"]));
        Assert.That(current.GetProperty("queue").GetProperty("waiting").GetInt32(), Is.Zero);
        Assert.That(current.GetProperty("traffic").GetProperty("messages").GetDouble(), Is.Zero);
    }

    [Test]
    public async Task History_follows_an_upstream_and_tells_why()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        await admin.SendAsync(HttpMethod.Post, "/api/v1/upstreams/default/a/drain");
        await admin.SendAsync(HttpMethod.Post, "/api/v1/upstreams/default/a/resume");
        await admin.SendAsync(HttpMethod.Post, "/api/v1/upstreams/default/a/eject");

        var history = await admin.GetAsync("/api/v1/upstreams/default/a/history");

        var changes = history.GetProperty("changes").EnumerateArray().ToList();
        Assert.That(
            changes.Take(3).Select(static change => change.GetProperty("state").GetString()),
            Is.EqualTo(["ejected", "healthy", "draining"])
        );
        Assert.That(changes[0].GetProperty("reason").GetString(), Is.EqualTo("ejected by hand"));
        Assert.That(changes[0].GetProperty("before").GetString(), Is.EqualTo("healthy"));
    }

    [Test]
    public async Task Events_come_as_they_happen_to_everybody_who_watches()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        using var first = await EventStream.OpenAsync(admin, "types=upstream,message,audit");
        using var second = await EventStream.OpenAsync(admin, "types=upstream");

        Remember(admin, 1);
        await admin.SendAsync(HttpMethod.Post, "/api/v1/upstreams/default/a/drain");

        var (kind, message) = await first.NextAsync();
        Assert.That((kind, message.GetProperty("status").GetString()), Is.EqualTo(("message", "delivered")));
        var (_, change) = await first.NextAsync();
        Assert.That(change.GetProperty("state").GetString(), Is.AnyOf("draining", "healthy"), "the first look finds all of them");
        var (seen, _) = await second.NextAsync();
        Assert.That(seen, Is.EqualTo("upstream"));
    }

    [Test]
    public async Task Figures_come_once_a_second()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        using var stream = await EventStream.OpenAsync(admin, "types=figures");

        var (kind, figures) = await stream.NextAsync();

        Assert.That(kind, Is.EqualTo("figures"));
        Assert.That(figures.GetProperty("upstreams").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Who_is_flooded_is_told_how_much_was_left_out()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        using var stream = await EventStream.OpenAsync(admin, "types=message");

        const int Flood = 1000;
        Remember(admin, Flood);

        var dropped = 0L;
        var messages = 0;
        while (messages + dropped < Flood)
        {
            var (kind, content) = await stream.NextAsync();
            messages += kind == "message" ? 1 : 0;
            dropped += kind == "dropped" ? content.GetProperty("count").GetInt64() : 0;
        }

        Assert.That(messages + dropped, Is.EqualTo(Flood), "each is either shown or counted, once");
        Assert.That(messages, Is.AtLeast(EventReader.MessagesPerSecond));
        Assert.That(dropped, Is.Positive);
    }

    [Test]
    public void A_second_shows_fifty_messages()
    {
        var time = new TestClock();
        var reader = new EventReader(EventKind.All.ToHashSet(StringComparer.Ordinal), time);
        var message = new LiveEvent(EventKind.Message, new object());

        var seen = Read(70);
        time.Advance(TimeSpan.FromSeconds(1));
        var later = Read(30);

        Assert.That(seen, Is.EqualTo((50, 20)));
        Assert.That(later, Is.EqualTo((30, 0)));

        (int Shown, int Dropped) Read(int offered)
        {
            var shown = 0;
            for (var number = 0; number < offered; number++)
            {
                reader.Offer(message);
                shown += reader.TryRead(out _) ? 1 : 0;
            }

            return (shown, (int)reader.TakeDropped());
        }
    }

    [Test]
    public async Task Readers_are_bounded_and_one_that_leaves_makes_room()
    {
        await using var admin = await AdminUnderTest.StartAsync();
        var feed = admin.Services.GetRequiredService<EventFeed>();
        List<EventStream> streams = [];
        for (var number = 0; number < EventFeed.MostReaders; number++)
        {
            streams.Add(await EventStream.OpenAsync(admin, "types=audit"));
        }

        await admin.GetAsync("/api/v1/events", HttpStatusCode.ServiceUnavailable);
        streams.ForEach(static stream => stream.Dispose());

        await Until.TrueAsync(() => feed.Readers == 0, "all have left");
    }

    private static void Remember(AdminUnderTest admin, int count)
    {
        var message = Some.Message();
        var reply = new SmtpReply(250, null, "OK");
        for (var number = 0; number < count; number++)
        {
            admin
                .Services.GetRequiredService<MessageTrail>()
                .Answered(message, [new RecipientOutcome(OutcomeKind.Delivered, reply, "a")], [], reply, isStored: false);
        }
    }

    /// <summary>Reads server-sent events.</summary>
    private sealed class EventStream(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        public static async Task<EventStream> OpenAsync(AdminUnderTest admin, string query)
        {
            var response = await admin.Client.GetAsync($"/api/v1/events?{query}", HttpCompletionOption.ResponseHeadersRead);
            Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
            var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            Assert.That(await reader.ReadLineAsync(), Is.EqualTo("retry: 2000"));
            return new EventStream(response, reader);
        }

        public async Task<(string Kind, JsonElement Content)> NextAsync()
        {
            var kind = "";
            using var patience = new CancellationTokenSource(Until.Patience);
            while (await reader.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    kind = line["event: ".Length..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    using var document = JsonDocument.Parse(line["data: ".Length..]);
                    return (kind, document.RootElement.Clone());
                }
            }

            throw new EndOfStreamException("The events have ended.");
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
