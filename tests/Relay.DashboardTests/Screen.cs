using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Relay.DashboardTests;

/// <summary>A window of the browser that looks at one relay, and notes what no page should ever do.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private const float Patience = 60_000;

    private readonly IBrowserContext _context;
    private readonly Uri _relay;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Screen(IBrowserContext context, IPage page, Uri relay) => (_context, Page, _relay) = (context, page, relay);

    public IPage Page { get; }

    /// <summary>Errors on the console and in scripts, requests to anybody else, answers that are errors.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <param name="relay">Its HTTP side.</param>
    /// <param name="isPhone">390 pixels wide instead of 1280.</param>
    /// <param name="isDark">What the system prefers.</param>
    public static async Task<Screen> OpenAsync(Uri relay, bool isPhone = false, bool isDark = false)
    {
        var context = await Chromium.Browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = relay.ToString(),
                ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
                ViewportSize = isPhone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 900 },
                HasTouch = isPhone,
                ReducedMotion = ReducedMotion.Reduce,
                AcceptDownloads = true,
            }
        );
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        var screen = new Screen(context, page, relay);
        context.Request += (_, request) => screen.Look(request);
        context.Response += (_, response) => screen.Look(response);
        page.PageError += (_, error) => screen._complaints.Enqueue($"script error: {error}");
        page.Console += (_, message) => screen.Look(message);
        return screen;
    }

    /// <summary>Opens a page and waits until it is live.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.Locator("main h1").WaitForAsync();
    }

    /// <summary>The system prefers another colour scheme from now on; waits until the page has followed.</summary>
    public async Task PreferAsync(bool isDark)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light });
        await Page.Locator($"html[data-theme={(isDark ? "dark" : "light")}]").WaitForAsync();
    }

    /// <summary>Waits until the address is one that the pattern fits. Not for its load event: that may be over, and would then be waited for in vain.</summary>
    public Task IsAtAsync(string pattern) => Page.WaitForURLAsync(pattern, new() { WaitUntil = WaitUntilState.Commit });

    /// <summary>Presses a button by the name that a screen reader reads out.</summary>
    public Task PressAsync(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Goes to another page by the navigation, as people do.</summary>
    public Task PressMenuAsync(string name) =>
        Page.Locator("nav").GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Presses a button of the dialog that is open, and waits until it is gone.</summary>
    public async Task AnswerAsync(string button)
    {
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    /// <summary>Waits until a text can be read somewhere.</summary>
    public Task SeesAsync(string text) => Page.GetByText(text).First.WaitForAsync();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Look(IRequest request)
    {
        var uri = new Uri(request.Url);
        var isOurs = uri.Authority == _relay.Authority || uri.Scheme is "data" or "blob" or "about";
        if (!isOurs)
        {
            _complaints.Enqueue($"request to another host: {request.Url}");
        }
    }

    private void Look(IResponse response)
    {
        if (response.Status >= 400)
        {
            _complaints.Enqueue($"{response.Status} {response.Url}");
        }
    }

    private void Look(IConsoleMessage message)
    {
        if (message.Type == "error")
        {
            _complaints.Enqueue($"console: {message.Text}");
        }
    }
}
