using System.Globalization;
using Relay.TestKit;

namespace Relay.ScenarioTests.Operators;

/// <summary>A relay whose dashboard nobody opens makes nothing of it: starts are quick, and memory is for mail.</summary>
internal sealed class PagesNobodyOpens : Scenario
{
    /// <summary>What only the connection of an open page needs.</summary>
    private const string OfPages = "Microsoft.AspNetCore.Http.Connections.Common.dll";

    [Test]
    public async Task The_dashboard_is_made_when_a_browser_asks_for_it()
    {
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", $"127.0.0.1:{LocalPort.Free()}"));

        foreach (var path in new[] { "/api/v1/upstreams", "/metrics", "/health/live", "/login" })
        {
            using var answer = await relay.Api.GetAsync(path);
            Assert.That(answer.IsSuccessStatusCode, Is.True, path);
        }

        Assert.That(await MappedAsync(relay), Does.Not.Contain(OfPages));

        Assert.That(await relay.Api.GetStringAsync("/"), Does.Contain("<html"));

        Assert.That(await MappedAsync(relay), Does.Contain(OfPages), "or this test looks for the wrong thing");
    }

    private static Task<string> MappedAsync(RelayUnderTest relay) =>
        File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{relay.ProcessId}/maps"));
}
