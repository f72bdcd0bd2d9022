using System.Text.Json;
using Microsoft.Playwright;
using Relay.TestKit;
using Relay.TestKit.Sinks;

namespace Relay.DashboardTests;

/// <summary>What can be done with the queue: one delivery, several, all that a search finds. Each test has recipients of its own.</summary>
public sealed class QueueActions : DashboardFixture
{
    private readonly ScriptedUpstream _late = new();
    private readonly CountingSink _other = CountingSink.Started(keepMessages: true);

    [Test]
    public Task A_delivery_is_held_and_released() =>
        InAWindowAsync(async screen =>
        {
            await SendAsync("hold@late.test");
            await screen.GoAsync("/queue?recipient=hold@");
            await ChooseAsync(screen, "hold@late.test");
            await screen.PressAsync("Hold");
            await screen.AnswerAsync("Hold");
            await screen.SeesAsync("1 held.");
            Assert.That(await StateAsync("hold@late.test"), Is.EqualTo("held"));

            await ChooseAsync(screen, "hold@late.test");
            await screen.PressAsync("Release");
            await screen.AnswerAsync("Release");
            await screen.SeesAsync("1 released.");
            await Until.TrueAsync(async () => await StateAsync("hold@late.test") == "waiting", "the released delivery waits");
        });

    [Test]
    public Task A_delivery_is_tried_now() =>
        InAWindowAsync(async screen =>
        {
            await SendAsync("retry@late.test");
            var before = Tries("retry@late.test");
            await screen.GoAsync("/queue?recipient=retry@");
            await ChooseAsync(screen, "retry@late.test");
            await screen.PressAsync("Retry");
            await screen.AnswerAsync("Retry");
            await screen.SeesAsync("1 retried.");
            await Until.TrueAsync(() => Tries("retry@late.test") > before, "the server is asked again");
        });

    [Test]
    public Task A_delivery_is_moved_to_another_group_and_arrives_there() =>
        InAWindowAsync(async screen =>
        {
            await SendAsync("move@late.test", from: "move@example.com");
            await screen.GoAsync("/queue?recipient=move@");
            await ChooseAsync(screen, "move@late.test");
            await screen.PressAsync("Move");
            await screen.Page.GetByRole(AriaRole.Dialog).GetByLabel("Group").SelectOptionAsync("other");
            await screen.AnswerAsync("Move");
            await screen.SeesAsync("1 moved.");
            await Until.TrueAsync(() => _other.Arrivals.ContainsKey("move@example.com"), "the moved message arrives");
        });

    [Test]
    public Task A_delivery_is_deleted_only_after_a_question() =>
        InAWindowAsync(async screen =>
        {
            await SendAsync("delete@late.test");
            await screen.GoAsync("/queue?recipient=delete@");
            await ChooseAsync(screen, "delete@late.test");
            await screen.PressAsync("Delete");
            await screen.AnswerAsync("Cancel");
            Assert.That(await StateAsync("delete@late.test"), Is.Not.Null);

            await screen.PressAsync("Delete");
            await screen.AnswerAsync("Delete");
            await screen.SeesAsync("1 deleted.");
            await screen.SeesAsync("Nothing matches");
            Assert.That(await StateAsync("delete@late.test"), Is.Null);
        });

    [Test]
    public Task All_that_a_search_finds_is_changed_beyond_the_page() =>
        InAWindowAsync(async screen =>
        {
            const int many = 60; // a page has 50
            for (var number = 0; number < many; number++)
            {
                await SendAsync($"bulk-{number}@late.test");
            }

            await screen.GoAsync("/queue");
            await screen.Page.GetByLabel("Recipient contains").FillAsync("bulk-");
            await screen.PressAsync("Search");
            await screen.IsAtAsync("**/queue?recipient=bulk-");
            await screen.Page.GetByLabel("Choose all on this page").CheckAsync();
            await screen.PressAsync("all that the search finds");
            await screen.PressAsync("Hold");
            await screen.AnswerAsync("Hold");
            await screen.SeesAsync($"{many} held.");
            var held = await RowsAsync("recipient=bulk-&state=held");
            Assert.That(held, Has.Count.EqualTo(many));
        });

    [Test]
    public Task A_message_shows_what_its_server_said_and_is_found_by_its_Message_ID() =>
        InAWindowAsync(async screen =>
        {
            await SendAsync("trail@late.test", "Message-ID: <unmistakable-77@example.com>\r\nSubject: x\r\n\r\nHello.\r\n");
            await screen.GoAsync("/messages");
            await screen.Page.GetByLabel("Search", new() { Exact = true }).And(screen.Page.Locator("input")).FillAsync("unmistakable-77");
            await screen.PressAsync("Search");
            await screen.IsAtAsync("**/messages?*unmistakable-77*"); // the row was there before, and the search would take the page away again
            await screen.Page.Locator("tbody tr").Filter(new() { HasText = "trail@late.test" }).GetByRole(AriaRole.Link).ClickAsync();
            await screen.SeesAsync("What was said");
            await screen.Page.GetByText("What was said").First.ClickAsync();
            await screen.SeesAsync("RCPT TO:<trail@late.test>");
            await screen.Page.Locator("pre.dialogue").GetByText("451 4.2.1 not today").First.WaitForAsync();
        });

    private protected override async Task ConfigureAsync(RelayConfiguration configuration)
    {
        await _late.StartAgainAsync();
        _late.On(Stage.Rcpt).Reply("451 4.2.1 not today");
        configuration
            .Upstream("late", _late.Address)
            .Set("Groups:other:Upstreams:other:Address", _other.Address)
            .Set("Routes", new object[] { new { To = "*@other.test", Group = "other" }, new { Group = "default" } });
    }

    [OneTimeTearDown]
    public async Task StopServers()
    {
        await _late.DisposeAsync();
        await _other.DisposeAsync();
    }

    private static Task ChooseAsync(Screen screen, string recipient) =>
        screen.Page.GetByLabel($"Choose the message to {recipient}").CheckAsync();

    private int Tries(string recipient) => _late.Commands.Count(command => command.Contains(recipient, StringComparison.Ordinal));

    private async Task<string?> StateAsync(string recipient) =>
        await RowsAsync($"recipient={recipient}") is [var row, ..] ? row.GetProperty("state").GetString() : null;

    private async Task<IReadOnlyList<JsonElement>> RowsAsync(string query)
    {
        using var page = JsonDocument.Parse(await Relay.Api.GetStringAsync($"/api/v1/queue?limit=1000&{query}"));
        return [.. page.RootElement.GetProperty("items").EnumerateArray().Select(static row => row.Clone())];
    }
}
