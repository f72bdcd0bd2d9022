using Relay.TestKit;
using Relay.TestKit.Sinks;

namespace Relay.DashboardTests;

/// <summary>All pages over a relay with traffic, a queue, servers that are well and one that is not: each size and each colour scheme.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class EveryPage : DashboardFixture
{
    private readonly CountingSink _first = CountingSink.Started();
    private readonly CountingSink _second = CountingSink.Started();
    private readonly ScriptedUpstream _late = new();
    private string _queued = "";
    private string _captured = "";

    [TestCase("")]
    [TestCase("upstreams")]
    [TestCase("upstreams/default/a")]
    [TestCase("upstreams/default/dead")]
    [TestCase("nodes")]
    [TestCase("queue")]
    [TestCase("messages")]
    [TestCase("messages/QUEUED")]
    [TestCase("mail")]
    [TestCase("mail/CAPTURED")]
    [TestCase("mail/faults")]
    [TestCase("explain")]
    [TestCase("configuration")]
    public async Task Is_sound_on_each_size_and_in_each_colour(string page)
    {
        var path = "/" + page.Replace("QUEUED", _queued, StringComparison.Ordinal).Replace("CAPTURED", _captured, StringComparison.Ordinal);
        foreach (var isPhone in new[] { false, true })
        {
            var begins = isPhone; // dark, so that each is seen from the start once, and once as what the other becomes
            await InAWindowAsync(
                async screen =>
                {
                    await screen.GoAsync(path);
                    await CheckAsync(screen, $"{path}, phone {isPhone}, dark {begins}");
                    await screen.PreferAsync(isDark: !begins);
                    await CheckAsync(screen, $"{path}, phone {isPhone}, dark {!begins}");
                },
                isPhone,
                isDark: begins
            );
        }
    }

    private static async Task CheckAsync(Screen screen, string which)
    {
        Assert.That(await Accessibility.FaultsAsync(screen), Is.Empty, which);
        Assert.That(
            await screen.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"),
            Is.LessThanOrEqualTo(0),
            $"can be pushed sideways: {which}"
        );
    }

    private protected override async Task ConfigureAsync(RelayConfiguration configuration)
    {
        await _late.StartAgainAsync();
        _late.On(Stage.Rcpt).Reply("451 4.2.1 later");
        configuration
            .Upstream("a", _first.Address)
            .Upstream("b", _second.Address)
            .Upstream("dead", LocalPort.FreeAddress())
            .Set("Groups:late:Upstreams:late:Address", _late.Address)
            .Set("Groups:boxes:Upstreams:box:Kind", "Capture")
            .Set(
                "Routes",
                new object[]
                {
                    new { To = "*@late.test", Group = "late" },
                    new { To = "*@captured.test", Group = "boxes" },
                    new { Group = "default" },
                }
            );
    }

    private protected override async Task PrepareAsync()
    {
        StartTraffic();
        var queued = await SendAsync("someone@late.test");
        Assert.That(queued, Does.Contain("queued"));
        _queued = queued.Split(' ')[3];
        await SendAsync("someone@captured.test", Mails.Newsletter);
        _captured = await CapturedMail.NewestAsync(Relay.Api);
    }

    [OneTimeTearDown]
    public async Task StopServers()
    {
        await _late.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }
}
