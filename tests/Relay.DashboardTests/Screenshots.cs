using Relay.TestKit;
using Relay.TestKit.Sinks;

namespace Relay.DashboardTests;

/// <summary>Pictures for the README and docs/dashboard.md, taken of a relay at work. With RELAY_SCREENSHOTS set they are written to docs/images.</summary>
public sealed class Screenshots : DashboardFixture
{
    private readonly CountingSink _first = CountingSink.Started();
    private readonly CountingSink _second = CountingSink.Started();
    private string _mail = "";

    private static bool IsWanted => Environment.GetEnvironmentVariable("RELAY_SCREENSHOTS") is { Length: > 0 };

    [TestCase("", "dashboard-overview-light", false, false)]
    [TestCase("", "dashboard-overview-dark", false, true)]
    [TestCase("mail", "dashboard-mail", false, false)]
    [TestCase("", "dashboard-phone", true, true)]
    public Task A_picture_is_taken(string page, string name, bool isPhone, bool isDark) =>
        InAWindowAsync(
            async screen =>
            {
                await screen.GoAsync(page == "mail" ? $"/mail/{_mail}" : $"/{page}");
                await (
                    page == "mail"
                        ? screen.Page.FrameLocator("iframe.mail-frame").GetByText("left our warehouse")
                        : screen.Page.Locator("svg.chart").Last
                ).WaitForAsync();
                if (IsWanted && page.Length == 0)
                {
                    // Some points in the small charts: there is one for each ten seconds.
                    await screen.Page.Locator("svg.spark polyline[points*=' ']").First.WaitForAsync(new() { Timeout = 120_000 });
                }

                var picture = await screen.Page.ScreenshotAsync();
                Assert.That(picture, Has.Length.GreaterThan(10_000));
                if (IsWanted)
                {
                    var folder = Directory.CreateDirectory(Repository.PathOf("docs/images"));
                    await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{name}.png"), picture);
                }
            },
            isPhone,
            isDark
        );

    private protected override Task ConfigureAsync(RelayConfiguration configuration)
    {
        configuration
            .Set("HostName", "relay.example.com")
            .Upstream("smtp-a", _first.Address, new { Weight = 2 })
            .Upstream("smtp-b", _second.Address)
            .Upstream("smtp-c", LocalPort.FreeAddress())
            .Set("Groups:boxes:Upstreams:mailbox:Kind", "Capture")
            .Set("Routes", new object[] { new { To = "*@captured.test", Group = "boxes" }, new { Group = "default" } });
        return Task.CompletedTask;
    }

    private protected override async Task PrepareAsync()
    {
        StartTraffic();
        await SendAsync(
            "dev@captured.test",
            "From: Accounts <no-reply@example.com>\r\nTo: dev@captured.test\r\nSubject: Reset your password\r\n\r\nFollow the link.\r\n",
            "no-reply@example.com"
        );
        await SendAsync("someone@captured.test", Mails.Newsletter, "shop@example.com");
        _mail = await CapturedMail.NewestAsync(Relay.Api);
    }

    [OneTimeTearDown]
    public async Task StopServers()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }
}
