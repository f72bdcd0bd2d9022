using Microsoft.Playwright;
using Relay.TestKit;
using Relay.TestKit.Sinks;

namespace Relay.DashboardTests;

/// <summary>Everything that can be done with an upstream by hand, each time with what the relay itself says of it afterwards.</summary>
public sealed class UpstreamActions : DashboardFixture
{
    private readonly CountingSink _a = CountingSink.Started();
    private readonly CountingSink _b = CountingSink.Started();
    private readonly CountingSink _c = CountingSink.Started();

    [Test]
    public Task An_upstream_is_drained_and_resumed() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/upstreams");
            await screen.PressAsync("Drain a");
            await screen.SeesAsync("default/a is drained");
            await Relay.WaitForStateAsync("a", "draining");

            await screen.PressAsync("Resume a");
            await screen.SeesAsync("default/a gets mail again");
            await Relay.WaitForStateAsync("a", "healthy");
        });

    [Test]
    public Task A_weight_is_set_and_counts() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/upstreams/default/b");
            await screen.PressAsync("Weight of b");
            await screen.Page.GetByLabel("Weight instead of the configured one").FillAsync("7");
            await screen.AnswerAsync("Set");
            await screen.SeesAsync("default/b has the weight 7");
            Assert.That((await Relay.GetUpstreamsAsync())["b"].Weight, Is.EqualTo(7));
        });

    [Test]
    public Task An_upstream_is_ejected_after_a_question_and_its_history_tells() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/upstreams/default/c");
            await screen.PressAsync("Eject c");
            await screen.AnswerAsync("Cancel");
            Assert.That((await Relay.GetUpstreamsAsync())["c"].State, Is.EqualTo("healthy"));

            await screen.PressAsync("Eject c");
            await screen.AnswerAsync("Eject");
            await Relay.WaitForStateAsync("c", "ejected");
            await screen.Page.GetByLabel("History").GetByText("ejected by hand").WaitForAsync();
        });

    [Test]
    public Task The_keyboard_is_enough() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/upstreams");
            await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Drain b", Exact = true }).FocusAsync();
            await screen.Page.Keyboard.PressAsync("Enter");
            await Relay.WaitForStateAsync("b", "draining");
            await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Resume b", Exact = true }).FocusAsync();
            await screen.Page.Keyboard.PressAsync("Space");
            await Relay.WaitForStateAsync("b", "healthy");
        });

    [Test]
    public Task What_others_change_is_seen_without_a_reload() =>
        InAWindowAsync(async screen =>
        {
            await screen.GoAsync("/");
            await screen.Page.GetByRole(AriaRole.Rowheader, new() { Name = "default/a" }).WaitForAsync();
            await screen.PressMenuAsync("Upstreams");
            await screen.Page.GetByRole(AriaRole.Heading, new() { Name = "Upstreams", Exact = true }).WaitForAsync();
            await Relay.Api.PostAsync("/api/v1/upstreams/default/a/drain", null);
            await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Resume a", Exact = true }).WaitForAsync();
            await Relay.Api.PostAsync("/api/v1/upstreams/default/a/resume", null);
            await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Drain a", Exact = true }).WaitForAsync();
        });

    private protected override Task ConfigureAsync(RelayConfiguration configuration)
    {
        configuration.Upstream("a", _a.Address).Upstream("b", _b.Address).Upstream("c", _c.Address);
        return Task.CompletedTask;
    }

    [OneTimeTearDown]
    public async Task StopServers()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _c.DisposeAsync();
    }
}
