using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Configuration.Validation;

/// <summary>Sockets of systemd as addresses; whether they are there is seen at the start only.</summary>
public sealed class SystemdAddressTests
{
    [Test]
    public void Listeners_and_the_admin_address_can_be_sockets_of_systemd() =>
        Assert.That(Validate("systemd:admin", "systemd:smtp", "systemd:relay-submission.socket"), Is.Empty);

    [TestCase("systemd:", "Relay:Listeners:l0:Address: \"\" is no name of a socket")]
    [TestCase("systemd:a:b", "Relay:Listeners:l0:Address: \"a:b\" is no name of a socket")]
    [TestCase("systemd:two words", "Relay:Listeners:l0:Address: \"two words\" is no name of a socket")]
    public void A_name_that_no_unit_can_give_is_an_error(string address, string expected) =>
        Assert.That(Validate("", address).Single(), Does.StartWith(expected));

    [Test]
    public void Each_name_is_for_one_listener() =>
        Assert.That(
            Validate("systemd:smtp", "systemd:smtp").Single(),
            Does.StartWith("Relay:Admin:Address: systemd:smtp is taken by Relay:Listeners:l0:Address")
        );

    private static string[] Validate(string admin, params string[] addresses)
    {
        var upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.Ordinal)
        {
            ["a"] = new() { Address = "smtp.example.com:25" },
        };
        var options = new RelayOptions
        {
            HostName = "relay.example.com",
            Listeners = addresses
                .Index()
                .ToDictionary(item => $"l{item.Index}", item => new ListenerOptions { Address = item.Item }, StringComparer.Ordinal),
            Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal) { ["default"] = new() { Upstreams = upstreams } },
            Admin = new AdminOptions { Address = admin },
        };
        return [.. new RelayOptionsValidator(StrategyRegistry.Names).Validate(options).Select(static error => error.ToString())];
    }
}
