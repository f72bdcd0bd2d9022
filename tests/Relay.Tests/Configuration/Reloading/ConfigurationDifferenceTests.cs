using Relay.Core.Configuration;
using Relay.Core.Configuration.Reloading;

namespace Relay.Tests.Configuration.Reloading;

public sealed class ConfigurationDifferenceTests
{
    private static readonly RelayOptions Before = Options(("a", new UpstreamOptions { Address = "a.test:25", Password = "old" }));

    [Test]
    public void Equal_configurations_do_not_differ() =>
        Assert.That(Differences(Options(("A", new UpstreamOptions { Address = "a.test:25", Password = "old" }))), Is.Empty);

    [Test]
    public void A_changed_value_is_shown_before_and_after()
    {
        var after = Options(
            (
                "a",
                new UpstreamOptions
                {
                    Address = "b.test:25",
                    Password = "old",
                    Weight = 3,
                }
            )
        );

        Assert.That(
            Differences(after),
            Is.EqualTo(
                new[]
                {
                    "~ Relay:Groups:default:Upstreams:a:Address: a.test:25 -> b.test:25",
                    "~ Relay:Groups:default:Upstreams:a:Weight: 1 -> 3",
                }
            )
        );
    }

    [Test]
    public void A_secret_is_never_shown()
    {
        var after = Options(("a", new UpstreamOptions { Address = "a.test:25", Password = "new" }));

        Assert.That(Differences(after), Is.EqualTo(new[] { "~ Relay:Groups:default:Upstreams:a:Password" }));
    }

    [Test]
    public void An_upstream_that_came_and_one_that_went_are_one_line_each()
    {
        var after = Options(("b", new UpstreamOptions { Address = "b.test:25" }));

        Assert.That(Differences(after), Is.EqualTo(new[] { "- Relay:Groups:default:Upstreams:a", "+ Relay:Groups:default:Upstreams:b" }));
    }

    [Test]
    public void Lists_and_routes_are_shown_whole()
    {
        var after = Before with
        {
            Access = new AccessOptions { Networks = ["10.0.0.0/8"] },
            Routes = [new RouteOptions { From = "*@x.test", Group = "default" }],
        };

        var differences = Differences(after);

        Assert.That(differences, Has.Some.EndsWith("-> [10.0.0.0/8]"));
        Assert.That(differences, Has.Some.EqualTo("~ Relay:Routes: [] -> [{ From: *@x.test, Group: default }]"));
    }

    [Test]
    public void Keys_that_need_a_restart_are_refused_with_that_text()
    {
        var after = Before with
        {
            Listeners = new Dictionary<string, ListenerOptions>(StringComparer.OrdinalIgnoreCase) { ["new"] = new() { Address = "*:26" } },
            Limits = Before.Limits with { MemoryForMessages = 5_000_000, Recipients = 200 },
        };

        var errors = RestartKeys.Refuse(ConfigurationDifference.Between(Before, after));

        Assert.That(errors.Select(error => error.Key), Is.EqualTo(new[] { "Relay:Listeners:new", "Relay:Limits:MemoryForMessages" }));
        Assert.That(errors.Select(error => error.ToString()), Is.All.Contains("needs a restart"));
    }

    private static string[] Differences(RelayOptions after) =>
        [.. ConfigurationDifference.Between(Before, after).Select(change => change.ToString())];

    private static RelayOptions Options(params (string Name, UpstreamOptions Options)[] upstreams) =>
        new()
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["default"] = new()
                {
                    Upstreams = upstreams.ToDictionary(
                        upstream => upstream.Name,
                        upstream => upstream.Options,
                        StringComparer.OrdinalIgnoreCase
                    ),
                },
            },
        };
}
