using Microsoft.Playwright;

namespace Relay.DashboardTests;

/// <summary>One real browser for all tests; each test has windows of its own in it that know nothing of one another.</summary>
[SetUpFixture]
public sealed class Chromium
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    internal static IBrowser Browser => _browser ?? throw new InvalidOperationException("The browser has not been started.");

    [OneTimeSetUp]
    public async Task Start()
    {
        await PublishedProgram.EnsureAsync();
        _playwright = await Playwright.CreateAsync();
        var program = Array.Find(["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"], File.Exists);
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = program ?? throw new InvalidOperationException("Chromium is not installed; tests/run.sh does that."),
                Args = Arguments,
            }
        );
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }
}
