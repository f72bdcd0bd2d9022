using System.Text.RegularExpressions;
using Relay.Cli.Top;
using static Relay.Tests.Cli.Top.TopReadings;

namespace Relay.Tests.Cli.Top;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class TopPageTests
{
    private static readonly Uri Relay = new("http://127.0.0.1:8025/");

    private readonly TopModel _model = new();
    private readonly TopKeys _keys = new();

    [TestCase(80, 24)]
    [TestCase(200, 60)]
    [TestCase(40, 10)]
    [TestCase(10, 3)]
    public void It_fits_into_every_window(int width, int height)
    {
        for (var second = 0; second < 400; second++)
        {
            _model.Take(
                Of(
                    second,
                    "relay_queue_messages{state=\"waiting\"} 123456",
                    [
                        .. Enumerable
                            .Range(0, 30)
                            .Select(number =>
                                Upstream($"a-server-with-a-rather-long-name-{number}", second * 100, "unhealthy", new string('x', 300))
                            ),
                    ]
                )
            );
        }

        var lines = Lines(width, height);

        Assert.That(lines, Has.Count.LessThanOrEqualTo(height - 1));
        Assert.That(lines.Select(static line => line.Length), Is.All.LessThan(width));
    }

    [Test]
    public void Figures_states_and_shares_are_shown()
    {
        _model.Take(Of(0, "", Upstream("a", 0), Upstream("b", 0)));
        _model.Take(
            Of(
                1,
                "relay_sessions 12\nrelay_queue_messages{state=\"held\"} 3",
                Upstream("a", 75, inFlight: 4, latency: 12.5),
                Upstream("b", 25, "ejected", "it refuses")
            )
        );

        var lines = Lines(80, 24);

        Assert.That(lines[1], Is.EqualTo("ready"));
        Assert.That(lines[2], Does.Contain("delivered 100"));
        Assert.That(lines[3], Does.Contain("sessions 12").And.Contain("3 held"));
        Assert.That(
            lines.Single(static line => line.StartsWith(">default/a", StringComparison.Ordinal)),
            Does.Match(@"healthy +1 +75 +4 +3 +12\.5 +75 % +-")
        );
        Assert.That(
            lines.Single(static line => line.StartsWith(" default/b", StringComparison.Ordinal)),
            Does.Match("ejected +1 +25 +0 +3 +0 +25 %")
        );
    }

    [Test]
    public void A_relay_that_does_not_answer_is_told_with_the_age_of_what_is_shown()
    {
        _model.Take(Of(0, "", Upstream("a")));
        _model.TakeTrouble("no relay answers on http://127.0.0.1:8025/: Connection refused");

        var lines = Lines(80, 24, second: 7);

        Assert.That(lines[1], Does.StartWith("no relay answers on").And.EndWith("(below: 7 s ago)"));
        Assert.That(lines, Has.Some.Contains("default/a"));
    }

    [Test]
    public void Words_of_servers_are_neither_markup_nor_commands()
    {
        _model.Take(Of(0, "", Upstream("a", state: "ejected", reason: "[red]\e]0;x\a[/]")));

        var lines = new TopPage(Relay, TimeSpan.FromSeconds(1), 80, 24).Lines(_model, _keys, Begin);

        Assert.That(string.Join('\n', lines), Does.Contain("[red] ]0;x [/]").And.Not.Contain("\e]"));
    }

    [Test]
    public void Before_the_first_answer_it_says_so() => Assert.That(Lines(80, 24)[1], Is.EqualTo("asking …"));

    private List<string> Lines(int width, int height, double second = 1) =>
        [
            .. new TopPage(Relay, TimeSpan.FromSeconds(1), width, height)
                .Lines(_model, _keys, Begin.AddSeconds(second))
                .Select(static line => Style().Replace(line, "").TrimEnd()),
        ];

    [GeneratedRegex("\e\\[[0-9;]*m", RegexOptions.None, 1000)]
    private static partial Regex Style();
}
