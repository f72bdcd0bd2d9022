using Microsoft.Playwright;
using Relay.TestKit;
using Relay.TestKit.Sinks;

namespace Relay.DashboardTests;

/// <summary>Where a token is asked for: who has none sees nothing, who may only read changes nothing, and a session ends when it is told to.</summary>
public sealed class Logins : DashboardFixture
{
    private const string AdminToken = "an-admin-token-of-some-length";
    private const string ReadOnlyToken = "a-read-only-token-of-some-length";

    private readonly CountingSink _sink = CountingSink.Started();

    [Test]
    public Task A_token_opens_the_page_that_was_asked_for_and_logging_out_closes_it() =>
        InAWindowAsync(async screen =>
        {
            await screen.Page.GotoAsync("/upstreams");
            await LogInAsync(screen, AdminToken);
            await screen.IsAtAsync("**/upstreams");
            await screen.PressAsync("Drain a");
            await screen.SeesAsync("default/a is drained");
            await screen.PressAsync("Resume a");
            await screen.SeesAsync("default/a gets mail again");

            await screen.PressAsync("Log out");
            await screen.Page.GetByLabel("Token").WaitForAsync();
            await screen.Page.GotoAsync("/upstreams");
            await screen.Page.GetByLabel("Token").WaitForAsync();
        });

    [Test]
    public Task A_wrong_token_opens_nothing() =>
        InAWindowAsync(
            async screen =>
            {
                await screen.Page.GotoAsync("/");
                await LogInAsync(screen, "wrong");
                await screen.Page.GetByRole(AriaRole.Alert).GetByText("not a token").WaitForAsync();
                var context = screen.Page.Context;
                Assert.That(await context.CookiesAsync(), Is.Empty);
            },
            isExpected: static complaint => complaint.Contains("401", StringComparison.Ordinal)
        );

    [Test]
    public Task A_token_that_may_only_read_finds_every_button_disabled() =>
        InAWindowAsync(async screen =>
        {
            await screen.Page.GotoAsync("/upstreams/default/a");
            await LogInAsync(screen, ReadOnlyToken);
            foreach (var name in new[] { "Drain a", "Weight of a", "Eject a" })
            {
                var button = screen.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
                await button.WaitForAsync();
                Assert.That(await button.IsDisabledAsync(), Is.True, name);
            }
        });

    [Test]
    public Task The_page_to_log_in_is_accessible() =>
        InAWindowAsync(async screen =>
        {
            await screen.Page.GotoAsync("/");
            await screen.Page.GetByLabel("Token").WaitForAsync();
            Assert.That(await Accessibility.FaultsAsync(screen), Is.Empty);
        });

    private protected override Task ConfigureAsync(RelayConfiguration configuration)
    {
        configuration.Upstream("a", _sink.Address).Set("Admin:Token", AdminToken).Set("Admin:ReadOnlyToken", ReadOnlyToken);
        return Task.CompletedTask;
    }

    private protected override Task PrepareAsync()
    {
        Relay.Api.DefaultRequestHeaders.Authorization = new("Bearer", AdminToken); // what the end of the relay is asked with
        return Task.CompletedTask;
    }

    [OneTimeTearDown]
    public async Task StopServers() => await _sink.DisposeAsync();

    private static async Task LogInAsync(Screen screen, string token)
    {
        await screen.Page.GetByLabel("Token").FillAsync(token);
        await screen.PressAsync("Log in");
    }
}
