using Microsoft.Playwright;
using Relay.TestKit;
using Relay.TestKit.Sinks;

namespace Relay.DashboardTests;

/// <summary>What a developer does with captured mail.</summary>
public sealed class CapturedMailActions : DashboardFixture
{
    private readonly CountingSink _real = CountingSink.Started(keepMessages: true);

    [Test]
    public Task Mail_appears_while_one_looks_and_can_be_read_in_all_its_parts() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/mail");
            await SendAsync("reader@captured.test", Mails.Newsletter);
            await screen.Page.GetByRole(AriaRole.Button, new() { NameString = "Your order 4711" }).First.ClickAsync();
            await screen.Page.FrameLocator("iframe.mail-frame").GetByText("left our warehouse").WaitForAsync();

            await TabAsync(screen, "Text");
            await screen.Page.Locator("pre.mail-text").GetByText("Your order 4711 is on its way.").WaitForAsync();
            await TabAsync(screen, "Headers");
            await screen.SeesAsync("<order-4711@example.com>");
            await TabAsync(screen, "Source");
            await screen.Page.Locator("pre.mail-text").GetByText("multipart/mixed; boundary=m").WaitForAsync();
            await TabAsync(screen, "Links");
            await screen.SeesAsync("https://shop.example.com/track/4711");
            await TabAsync(screen, "Attachments");
            var download = await screen.Page.RunAndWaitForDownloadAsync(() =>
                screen.Page.GetByRole(AriaRole.Link, new() { Name = "invoice.csv" }).ClickAsync()
            );
            Assert.That(await ReadAsync(download), Is.EqualTo("item,price\r\nDesk lamp,29.00"));
        });

    [Test]
    public Task The_raw_message_is_downloaded_as_it_came() =>
        InAWindowAsync(async screen =>
        {
            await SendAsync("raw@captured.test", "Subject: raw one\r\nX-Odd :  kept \r\n\r\nbody\r\n");
            await OpenAsync(screen, "raw one");
            var download = await screen.Page.RunAndWaitForDownloadAsync(() =>
                screen.Page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync()
            );
            Assert.That(await ReadAsync(download), Does.EndWith("Subject: raw one\r\nX-Odd :  kept \r\n\r\nbody\r\n"));
        });

    [Test]
    public Task A_mail_is_found_and_deleted() =>
        InAWindowAsync(async screen =>
        {
            await SendAsync("a@captured.test", "Subject: needle\r\n\r\nx\r\n");
            await SendAsync("a@captured.test", "Subject: hay\r\n\r\nx\r\n");
            await screen.GoAsync("/mail");
            await screen.Page.GetByLabel("Search", new() { Exact = true }).And(screen.Page.Locator("input")).FillAsync("needle");
            await screen
                .Page.Locator(".mail-list li")
                .Filter(new() { HasText = "hay" })
                .WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await screen.Page.Locator(".mail-list button").ClickAsync();
            await screen.PressAsync("Delete");
            await screen.AnswerAsync("Delete");
            await screen.SeesAsync("Deleted.");
            var left = await CapturedMail.ListAsync(Relay.Api);
            Assert.That(left.Select(static mail => mail.GetProperty("subject").GetString()), Does.Contain("hay").And.Not.Contain("needle"));
        });

    [Test]
    public Task A_mail_is_released_to_a_real_group() =>
        InAWindowAsync(async screen =>
        {
            await SendAsync("b@captured.test", "Subject: set me free\r\n\r\nx\r\n", from: "released@example.com");
            await OpenAsync(screen, "set me free");
            await screen.PressAsync("Release");
            await screen.AnswerAsync("Release");
            await screen.SeesAsync("Released to real");
            await Until.TrueAsync(() => _real.Arrivals.ContainsKey("released@example.com"), "the released mail arrives");
            await screen.Page.GetByRole(AriaRole.Link, new() { Name = "Follow it" }).ClickAsync();
            await screen.SeesAsync("real/server");
        });

    [Test]
    public Task A_fault_is_switched_on_and_off() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/mail/faults");
            var panel = screen.Page.GetByRole(AriaRole.Region, new() { Name = "Faults of faulty/shaky", Exact = true });
            await panel.GetByLabel("What happens at Dot").SelectOptionAsync("Reply");
            await panel.GetByLabel("Reply at Dot").FillAsync("554 5.7.1 not wanted");
            await panel.GetByLabel("Reply at Dot").PressAsync("Tab");
            await screen.SeesAsync("fails at: Dot");
            await Until.TrueAsync(
                async () => (await SendAsync("x@faulty.test")).StartsWith("554 5.7.1", StringComparison.Ordinal),
                "the mailbox refuses, and the client is told"
            );

            await panel.GetByRole(AriaRole.Button, new() { Name = "Switch all off" }).ClickAsync();
            await screen.SeesAsync("faulty/shaky works.");
            Assert.That(await SendAsync("x@faulty.test"), Does.StartWith("250"));
        });

    private protected override Task ConfigureAsync(RelayConfiguration configuration)
    {
        configuration
            .Set("Groups:default:Upstreams:box:Kind", "Capture")
            .Set("Groups:faulty:Upstreams:shaky:Kind", "Capture")
            .Set("Groups:real:Upstreams:server:Address", _real.Address)
            .Set("Routes", new object[] { new { To = "*@faulty.test", Group = "faulty" }, new { Group = "default" } });
        return Task.CompletedTask;
    }

    [OneTimeTearDown]
    public async Task StopServers() => await _real.DisposeAsync();

    private static async Task OpenAsync(Screen screen, string subject)
    {
        await screen.GoAsync("/mail");
        await screen.Page.Locator(".mail-list button").Filter(new() { HasText = subject }).ClickAsync();
        await screen.Page.GetByRole(AriaRole.Tab, new() { Name = "Headers" }).WaitForAsync();
    }

    private static Task TabAsync(Screen screen, string name) =>
        screen.Page.GetByRole(AriaRole.Tab, new() { Name = name, Exact = true }).ClickAsync();

    private static async Task<string> ReadAsync(IDownload download)
    {
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
