using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Configuration.Validation;

/// <summary>One case a rule: options that break it and nothing else, and the error expected.</summary>
public sealed class RelayOptionsValidatorTests
{
    private const string UpstreamKey = "Relay:Groups:default:Upstreams:a";

    private static readonly UpstreamOptions Upstream = new() { Address = "smtp.example.com:587" };
    private static readonly RelayOptions Valid = new()
    {
        HostName = "relay.example.com",
        Listeners = Listeners(("smtp", "127.0.0.1:2525")),
        Groups = Groups(("default", Upstream)),
    };

    private readonly RelayOptionsValidator _validator = new(StrategyRegistry.Names);

    [Test]
    public void Valid_options_have_no_errors() => Assert.That(Validate(Valid), Is.Empty);

    [TestCaseSource(nameof(UpstreamFaults))]
    public void A_faulty_upstream_is_reported(UpstreamOptions upstream, string expected)
    {
        var errors = Validate(Valid with { Groups = Groups(("default", upstream)) });

        Assert.That(errors, Has.Length.EqualTo(1));
        Assert.That(errors[0], Does.StartWith($"{UpstreamKey}:{expected}"));
    }

    [TestCaseSource(nameof(SoundUpstreams))]
    public void A_sound_upstream_is_not(UpstreamOptions upstream) =>
        Assert.That(Validate(Valid with { Groups = Groups(("default", upstream)) }), Is.Empty);

    [TestCaseSource(nameof(OtherFaults))]
    public void A_fault_is_reported_with_its_key(RelayOptions options, string expected)
    {
        var errors = Validate(options);

        Assert.That(errors, Has.Length.EqualTo(1));
        Assert.That(errors[0], Does.StartWith($"Relay:{expected}"));
    }

    [Test]
    public void An_open_relay_can_be_had_on_purpose()
    {
        var access = new AccessOptions { Networks = ["0.0.0.0/0"], AllowOpenRelay = true };

        Assert.That(Validate(Valid with { Access = access }), Is.Empty);
    }

    [TestCase("user@example.com")]
    [TestCase("*@example.com")]
    [TestCase("*@*.example.com")]
    [TestCase("bounce-*@example.com")]
    [TestCase("*")]
    [TestCase("<>")]
    public void Patterns_of_routes_are_known(string pattern)
    {
        var routes = new[]
        {
            new RouteOptions
            {
                From = pattern,
                To = pattern,
                Client = "10.0.0.0/8",
                Listener = "SMTP",
                Group = "Default",
            },
        };

        Assert.That(Validate(Valid with { Routes = routes }), Is.Empty);
    }

    private static IEnumerable<TestCaseData> UpstreamFaults()
    {
        yield return Fault(Upstream with { Address = "" }, "Address: is missing");
        yield return Fault(Upstream with { Address = "two words" }, "Address: \"two words\" is not an address");
        yield return Fault(Upstream with { Address = "::1" }, "Address: \"::1\" is not an address");
        yield return Fault(Upstream with { Address = "*:25" }, "Address: * is no address");
        yield return Fault(Upstream with { Address = "a:0" }, "Address: 0 is not a port");
        yield return Fault(Upstream with { Kind = UpstreamKind.Capture }, "Address: a Capture upstream is an embedded mailbox");
        yield return Fault(Upstream with { Weight = 0 }, "Weight: 0 is not between 1 and 1000");
        yield return Fault(Upstream with { Weight = 1001 }, "Weight: 1001 is not between 1 and 1000");
        yield return Fault(Upstream with { Connections = 0 }, "Connections: 0 is not between 1 and 10000");
        yield return Fault(Upstream with { MessagesPerConnection = 0 }, "MessagesPerConnection: 0");
        yield return Fault(Upstream with { RecipientsPerMessage = 0 }, "RecipientsPerMessage: 0");
        yield return Fault(Upstream with { CaptureLimit = 0 }, "CaptureLimit: 0");
        yield return Fault(Upstream with { Priority = 100 }, "Priority: 100 is not between 0 and 99");
        yield return Fault(Upstream with { Priority = 0, Backup = true }, "Backup: is short for Priority: 1");
        yield return Fault(Upstream with { ConnectTimeout = TimeSpan.Zero }, "ConnectTimeout: 00:00:00 is not between");
        yield return Fault(Upstream with { CommandTimeout = -TimeSpan.FromSeconds(1) }, "CommandTimeout: -00:00:01 is not between");
        yield return Fault(Upstream with { DotTimeout = TimeSpan.Zero }, "DotTimeout: 00:00:00");
        yield return Fault(Upstream with { ConnectionIdle = TimeSpan.Zero }, "ConnectionIdle: 00:00:00");
        yield return Fault(Upstream with { ConnectionLifetime = TimeSpan.Zero }, "ConnectionLifetime: 00:00:00");
        yield return Fault(Upstream with { Certificate = "Trust" }, "Certificate: \"Trust\" is not Verify, Any");
        yield return Fault(Upstream with { Certificate = new string('a', 63) }, "Certificate: ");
        yield return Fault(Upstream with { UserName = "u" }, "Password: is missing beside UserName");
        yield return Fault(Upstream with { UserName = "", Password = "p" }, "UserName: is empty");
        yield return Fault(Upstream with { Password = "p" }, "UserName: is missing");
        yield return Fault(Upstream with { PasswordFile = "f" }, "UserName: is missing");
        yield return Fault(Upstream with { UserName = "u", Password = "p", PasswordFile = "f" }, "PasswordFile: stands beside Password");
        yield return Fault(Upstream with { UserName = "u", Password = "p", Tls = UpstreamTls.None }, "Tls: None would send the password");
        yield return Fault(
            Upstream with
            {
                UserName = "u",
                Password = "p",
                AuthMechanism = "NTLM",
            },
            "AuthMechanism: \"NTLM\" is not one of"
        );
        yield return Fault(Upstream with { AuthMechanism = "PLAIN" }, "AuthMechanism: is of no use without UserName");
    }

    private static IEnumerable<UpstreamOptions> SoundUpstreams()
    {
        yield return Upstream with
        {
            Address = "unix:/run/smtp",
        };
        yield return Upstream with
        {
            Address = "[2001:db8::1]",
        };
        yield return Upstream with
        {
            Weight = 1000,
            Priority = 99,
            Connections = 10_000,
        };
        yield return Upstream with
        {
            UserName = "u",
            Password = "p",
        };
        yield return Upstream with
        {
            Certificate = "any",
        };
        yield return Upstream with
        {
            Certificate = string.Join(':', Enumerable.Repeat("aB", 32)),
        };
        yield return new UpstreamOptions { Kind = UpstreamKind.Capture };
    }

    private static IEnumerable<TestCaseData> OtherFaults()
    {
        var second = Upstream with { Address = "other.example.com" };
        var capture = new UpstreamOptions { Kind = UpstreamKind.Capture };
        var mixed = new GroupOptions
        {
            Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase) { ["a"] = Upstream, ["b"] = capture },
        };

        yield return Fault(Valid with { HostName = "" }, "HostName: \"\" is not a host name");
        yield return Fault(Valid with { HostName = "a\r\nb" }, "HostName: ");
        yield return Fault(Valid with { Listeners = Listeners() }, "Listeners: at least one");
        yield return Fault(Valid with { Listeners = Listeners(("s m", "*:25")) }, "Listeners:s m: \"s m\" is not a name");
        yield return Fault(Valid with { Listeners = Listeners(("s", "")) }, "Listeners:s:Address: is missing");
        yield return Fault(
            Valid with
            {
                Listeners = Listeners(("s", "127.0.0.1")),
            },
            "Listeners:s:Address: \"127.0.0.1\" is not an address"
        );
        yield return Fault(
            Valid with
            {
                Listeners = Listeners(("s", "mail.example.com:25")),
            },
            "Listeners:s:Address: \"mail.example.com\" is not an IP address"
        );
        yield return Fault(
            Valid with
            {
                Listeners = Listeners(("a", "localhost:25"), ("b", "127.0.0.1:25")),
            },
            "Listeners:b:Address: 127.0.0.1:25 is taken by Relay:Listeners:a:Address"
        );
        yield return Fault(
            Valid with
            {
                Admin = new AdminOptions { Address = "127.0.0.1:2525" },
            },
            "Admin:Address: 127.0.0.1:2525 is taken"
        );
        yield return Fault(
            Valid with
            {
                Admin = new AdminOptions { Address = "*:8025" },
            },
            "Admin:Address: *:8025 is open to other machines"
        );
        yield return Fault(Valid with { Admin = new AdminOptions { Address = "here" } }, "Admin:Address: \"here\" is not an address");
        yield return Fault(
            Valid with
            {
                Admin = new AdminOptions { Token = "t", TokenFile = "f" },
            },
            "Admin:TokenFile: stands beside Token"
        );
        yield return Fault(
            Valid with
            {
                Access = new AccessOptions { Networks = ["0.0.0.0/0"] },
            },
            "Access:Networks:0: 0.0.0.0/0 lets everybody relay"
        );
        yield return Fault(
            Valid with
            {
                Access = new AccessOptions { Networks = ["::1/128", "::/0"] },
            },
            "Access:Networks:1: ::/0 lets everybody"
        );
        yield return Fault(
            Valid with
            {
                Access = new AccessOptions { Networks = ["10.0.0.1"] },
            },
            "Access:Networks:0: 10.0.0.1 is an address, not a network: write 10.0.0.1/32"
        );
        yield return Fault(
            Valid with
            {
                Access = new AccessOptions { Networks = ["10.0.0.0/33"] },
            },
            "Access:Networks:0: \"10.0.0.0/33\" is not a network"
        );
        yield return Fault(Valid with { Limits = new LimitOptions { MessageSize = 0 } }, "Limits:MessageSize: 0 is not between");
        yield return Fault(Valid with { Limits = new LimitOptions { CommandTimeout = TimeSpan.Zero } }, "Limits:CommandTimeout: 00:00:00");
        yield return Fault(
            Valid with
            {
                Limits = new LimitOptions { MemoryForMessages = 1 },
            },
            "Limits:MemoryForMessages: 1 is not at least"
        );
        yield return Fault(Valid with { Limits = new LimitOptions { Connections = 0 } }, "Limits:Connections: 0");
        yield return Fault(
            Valid with
            {
                Delivery = new DeliveryOptions { UncertainDelay = -TimeSpan.FromSeconds(1) },
            },
            "Delivery:UncertainDelay: -00:00:01"
        );
        yield return Fault(Valid with { Delivery = new DeliveryOptions { AttemptsPerRun = 0 } }, "Delivery:AttemptsPerRun: 0");
        yield return Fault(Valid with { Groups = Groups(("d.e", Upstream)) }, "Groups:d.e: \"d.e\" is not a name");
        yield return Fault(Valid with { Groups = GroupOf(new GroupOptions()) }, "Groups:default:Upstreams: at least one");
        yield return Fault(Valid with { Groups = GroupOf(mixed) }, "Groups:default:Upstreams: mixes Capture and Smtp");
        yield return Fault(
            Valid with
            {
                Groups = GroupOf(new GroupOptions { Strategy = "IPHsh", Upstreams = mixed.Upstreams.Take(1).ToDictionary() }),
            },
            "Groups:default:Strategy: \"IPHsh\" is not one of"
        );
        var one = mixed.Upstreams.Take(1).ToDictionary();
        yield return Fault(
            Valid with
            {
                Groups = GroupOf(
                    new GroupOptions
                    {
                        Upstreams = one,
                        Health = new HealthOptions { ConsecutiveFailures = 0 },
                    }
                ),
            },
            "Groups:default:Health:ConsecutiveFailures: 0"
        );
        yield return Fault(
            Valid with
            {
                Groups = GroupOf(
                    new GroupOptions
                    {
                        Upstreams = one,
                        Health = new HealthOptions { MaximumEjectionTime = TimeSpan.FromSeconds(1) },
                    }
                ),
            },
            "Groups:default:Health:MaximumEjectionTime: is shorter"
        );
        yield return Fault(Valid with { Groups = Groups(("x", Upstream), ("y", second)) }, "Routes: are missing");
        yield return Fault(Valid with { Routes = [new RouteOptions()] }, "Routes:0:Group: is missing");
        yield return Fault(
            Valid with
            {
                Routes = [new RouteOptions { Group = "defualt" }],
            },
            "Routes:0:Group: there is no group \"defualt\"; did you mean default?"
        );
        yield return Fault(
            Valid with
            {
                Routes = [new RouteOptions { Group = "default", Listener = "x" }],
            },
            "Routes:0:Listener: there is no listener"
        );
        yield return Fault(
            Valid with
            {
                Routes = [new RouteOptions { Group = "default", Client = "x" }],
            },
            "Routes:0:Client: \"x\" is not a network"
        );
        yield return Fault(
            Valid with
            {
                Routes = [new RouteOptions { Group = "default", From = "example.com" }],
            },
            "Routes:0:From: \"example.com\" is not a pattern"
        );
        yield return Fault(Valid with { Routes = [new RouteOptions { Group = "default", To = "a b@example.com" }] }, "Routes:0:To: ");
    }

    private static TestCaseData Fault(object options, string expected) => new TestCaseData(options, expected).SetArgDisplayNames(expected);

    private static Dictionary<string, ListenerOptions> Listeners(params (string Name, string Address)[] listeners) =>
        listeners.ToDictionary(
            listener => listener.Name,
            listener => new ListenerOptions { Address = listener.Address },
            StringComparer.OrdinalIgnoreCase
        );

    private static Dictionary<string, GroupOptions> Groups(params (string Name, UpstreamOptions Upstream)[] groups) =>
        groups.ToDictionary(
            group => group.Name,
            group => new GroupOptions
            {
                Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase) { ["a"] = group.Upstream },
            },
            StringComparer.OrdinalIgnoreCase
        );

    private static Dictionary<string, GroupOptions> GroupOf(GroupOptions group) =>
        new(StringComparer.OrdinalIgnoreCase) { ["default"] = group };

    private string[] Validate(RelayOptions options) => [.. _validator.Validate(options).Select(error => error.ToString())];
}
