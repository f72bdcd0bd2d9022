using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;

namespace Relay.Tests.Configuration.Validation;

/// <summary>Names that are looked up, and agents.</summary>
public sealed class DiscoveryValidationTests
{
    [TestCase("Dns", "smtp.mail.svc.cluster.local:25", "*:9707")]
    [TestCase("Dns", "smtp.mail.svc.cluster.local.", null)]
    [TestCase("Srv", "_submission._tcp.example.com", null)]
    [TestCase("Mx", "example.com", null)]
    [TestCase("Mx", "example.com:2525", "*:1")]
    [TestCase("None", "127.0.0.1:25", "127.0.0.1:9707")]
    [TestCase("None", "127.0.0.1:25", "unix:/run/agent")]
    public void Good_ones_pass(string discover, string address, string? agent) =>
        Assert.That(Errors(Upstream(discover, address, agent)), Is.Empty);

    [TestCase("Dns", "10.0.0.1:25", "Address: \"10.0.0.1:25\" is no name")]
    [TestCase("Mx", "[2001:db8::1]:25", "Address: \"[2001:db8::1]:25\" is no name")]
    [TestCase("Dns", "unix:/run/smtp", "Address: \"unix:/run/smtp\" is no name")]
    [TestCase("Dns", "smtp..example.com", "Address: \"smtp..example.com\" is not a name of DNS")]
    [TestCase("Dns", "smtp!.example.com", "Address: \"smtp!.example.com\" is not a name of DNS")]
    [TestCase("Srv", "_submission._tcp.example.com:587", "Address: holds a port")]
    public void An_address_that_cannot_be_looked_up_is_an_error(string discover, string address, string expected) =>
        Assert.That(Errors(Upstream(discover, address, null)), Has.One.Contains(expected));

    [TestCase("None", "a:25", "here", "is not the address of an agent")]
    [TestCase("None", "a:25", "a:0", "is not the address of an agent")]
    [TestCase("None", "unix:/run/smtp", "*:9707", "that is a unix socket")]
    [TestCase("Dns", "a.example.com:25", "b:9707", "write *:9707")]
    public void An_agent_that_cannot_be_asked_is_an_error(string discover, string address, string agent, string expected) =>
        Assert.That(Errors(Upstream(discover, address, agent)), Has.One.Contains("Upstreams:a:Agent: ").And.One.Contains(expected));

    [Test]
    public void An_agent_that_is_never_asked_is_an_error() =>
        Assert.That(
            Errors(Upstream("None", "a:25", "a:9707"), new HealthOptions { Interval = TimeSpan.Zero }),
            Has.One.Contains("Agent: would never be asked")
        );

    [Test]
    public void Mailboxes_have_neither()
    {
        var errors = Errors(
            new UpstreamOptions
            {
                Kind = UpstreamKind.Capture,
                Discover = UpstreamDiscovery.Mx,
                Agent = "a:1",
            }
        );

        Assert.That(errors, Has.One.Contains("a:Discover: a Capture upstream").And.One.Contains("a:Agent: a Capture upstream"));
    }

    [Test]
    public void Servers_and_times_are_checked()
    {
        var errors = Errors(
            Upstream("None", "a:25", null),
            discovery: new DiscoveryOptions
            {
                DnsServers = ["10.0.0.1", "[::1]:53", "dns.example.com", "10.0.0.1:0"],
                MinimumInterval = TimeSpan.FromSeconds(9),
                MaximumInterval = TimeSpan.FromSeconds(8),
                Timeout = TimeSpan.Zero,
                StartTimeout = TimeSpan.FromHours(1),
                KeepMissing = TimeSpan.FromDays(2),
                MaximumMembers = 0,
            }
        );

        Assert.That(
            errors.Select(error => error.Split(' ')[0]),
            Is.EquivalentTo([
                "Relay:Discovery:DnsServers:2:",
                "Relay:Discovery:DnsServers:3:",
                "Relay:Discovery:MaximumInterval:",
                "Relay:Discovery:Timeout:",
                "Relay:Discovery:StartTimeout:",
                "Relay:Discovery:KeepMissing:",
                "Relay:Discovery:MaximumMembers:",
            ])
        );
    }

    private static UpstreamOptions Upstream(string discover, string address, string? agent) =>
        new()
        {
            Address = address,
            Discover = Enum.Parse<UpstreamDiscovery>(discover),
            Agent = agent,
        };

    private static IReadOnlyList<string> Errors(
        UpstreamOptions upstream,
        HealthOptions? health = null,
        DiscoveryOptions? discovery = null
    ) =>
        [
            .. new RelayOptionsValidator(["LeastConnections"])
                .Validate(
                    new RelayOptions
                    {
                        HostName = "relay.test",
                        Listeners = new Dictionary<string, ListenerOptions>(StringComparer.Ordinal)
                        {
                            ["smtp"] = new() { Address = "127.0.0.1:2525" },
                        },
                        Discovery = discovery ?? new DiscoveryOptions(),
                        Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal)
                        {
                            ["default"] = new()
                            {
                                Health = health ?? new HealthOptions(),
                                Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.Ordinal) { ["a"] = upstream },
                            },
                        },
                    }
                )
                .Select(error => error.ToString()),
        ];
}
