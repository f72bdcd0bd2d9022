using Microsoft.Playwright;
using Relay.TestKit;
using Relay.TestKit.Sinks;

namespace Relay.DashboardTests;

/// <summary>The pages that answer questions: what is in force, what a change would do, what would become of a message.</summary>
public sealed class ConfigurationAndExplain : DashboardFixture
{
    private const string Secret = "hunter2-never-shown";

    private readonly CountingSink _sink = CountingSink.Started();

    [Test]
    public Task Values_are_shown_with_their_source_and_secrets_are_not() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/configuration");
            var row = screen.Page.Locator("tbody tr").Filter(new() { HasText = "Groups:default:Upstreams:a:Address" });
            await row.GetByText("file").WaitForAsync();
            var password = screen.Page.Locator("tbody tr").Filter(new() { HasText = "Upstreams:a:Password" }).First;
            Assert.That(await password.InnerTextAsync(), Does.Contain("••••••"));
            Assert.That(await screen.Page.ContentAsync(), Does.Not.Contain(Secret));

            await screen.Page.GetByLabel("show defaults").CheckAsync();
            await screen.Page.GetByLabel("Search keys and values").FillAsync("InlineBudget");
            await screen.SeesAsync("Delivery:InlineBudget");
            await screen.SeesAsync("default");
        });

    [Test]
    public Task A_changed_file_is_compared_with_what_runs() =>
        InAWindowAsync(async screen =>
        {
            var text = (await File.ReadAllTextAsync(Relay.ConfigurationFile)).Replace(
                "\"Weight\": 2",
                "\"Weight\": 5",
                StringComparison.Ordinal
            );
            await OpenAsync(screen);
            await screen.Page.GetByLabel("Configuration (JSON)").FillAsync(text);
            await screen.PressAsync("Check");
            await screen.SeesAsync("a reload would take it");
            var row = screen.Page.Locator("table.diff tbody tr").Filter(new() { HasText = "Relay:Groups:default:Upstreams:a:Weight" });
            Assert.That(await row.Locator("del").InnerTextAsync(), Is.EqualTo("2"));
            Assert.That(await row.Locator("ins").InnerTextAsync(), Is.EqualTo("5"));
            Assert.That((await Relay.GetUpstreamsAsync())["a"].Weight, Is.EqualTo(2), "a dry run changes nothing");
        });

    [Test]
    public Task All_errors_of_a_changed_file_are_shown_at_once() =>
        InAWindowAsync(async screen =>
        {
            await OpenAsync(screen);
            const string wrong =
                """{ "Relay": { "Groups": { "default": { "Strategie": "x", "Upstreams": { "a": { "Address": "nowhere", "Weight": -1 } } } } } }""";
            await screen.Page.GetByLabel("Configuration (JSON)").FillAsync(wrong);
            await screen.PressAsync("Check");
            var notice = screen.Page.Locator(".notice.bad");
            await notice.GetByText("Strategie").First.WaitForAsync();
        });

    [Test]
    public Task A_change_that_needs_a_restart_says_so() =>
        InAWindowAsync(async screen =>
        {
            var text = (await File.ReadAllTextAsync(Relay.ConfigurationFile)).Replace(
                $"127.0.0.1:{Relay.Configuration.AdminPort}",
                "127.0.0.1:1",
                StringComparison.Ordinal
            );
            await OpenAsync(screen);
            await screen.Page.GetByLabel("Configuration (JSON)").FillAsync(text);
            await screen.PressAsync("Check");
            await screen.SeesAsync("some changes need a restart");
        });

    [Test]
    public Task Explain_names_the_route_and_says_why() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/explain");
            await screen.Page.GetByLabel("Sender (empty for a bounce)").FillAsync("app@example.com");
            await screen.Page.GetByLabel("Recipients, separated by commas").FillAsync("one@special.test, two@example.org");
            await screen.PressAsync("Explain");
            var special = screen.Page.GetByRole(AriaRole.Region, new() { Name = "Answer for one@special.test" });
            await special.GetByText("to *@special.test").WaitForAsync();
            await special.GetByText("special, LeastConnections").WaitForAsync();
            var other = screen.Page.GetByRole(AriaRole.Region, new() { Name = "Answer for two@example.org" });
            await other.GetByText("which takes everything").WaitForAsync();
        });

    [Test]
    public Task Explain_refuses_what_is_no_address() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/explain");
            await screen.Page.GetByLabel("Recipients, separated by commas").FillAsync("one@example.org");
            await screen.Page.GetByLabel("Client's address").FillAsync("not-an-address");
            await screen.PressAsync("Explain");
            await screen.Page.GetByRole(AriaRole.Alert).GetByText("is not an IP address").WaitForAsync();
        });

    private protected override Task ConfigureAsync(RelayConfiguration configuration)
    {
        configuration
            .Upstream(
                "a",
                _sink.Address,
                new
                {
                    Weight = 2,
                    UserName = "u",
                    Password = Secret,
                    Tls = "StartTls",
                }
            )
            .Set("Groups:special:Upstreams:s:Address", _sink.Address)
            .Set("Routes", new object[] { new { To = "*@special.test", Group = "special" }, new { Group = "default" } });
        return Task.CompletedTask;
    }

    [OneTimeTearDown]
    public async Task StopServers() => await _sink.DisposeAsync();

    private static async Task OpenAsync(Screen screen)
    {
        await screen.GoAsync("/configuration");
        await screen.Page.GetByRole(AriaRole.Tab, new() { Name = "Try a change" }).ClickAsync();
    }
}
