using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;

namespace Relay.Tests.Configuration.Validation;

/// <summary>Peers that may say who the client is: a mistake there opens the relay.</summary>
internal sealed class TrustedPeersTests
{
    [TestCase("10.0.0.0/8", null)]
    [TestCase("fd00::/8", null)]
    [TestCase("10.0.0.1", "10.0.0.1 is an address, not a network: write 10.0.0.1/32")]
    [TestCase("0.0.0.0/0", "0.0.0.0/0 lets everybody pass for any client, and so relay")]
    [TestCase("::/0", "::/0 lets everybody pass for any client, and so relay")]
    public void They_are_networks_and_not_everybody(string network, string? error)
    {
        var listener = new ListenerOptions
        {
            Address = "127.0.0.1:2525",
            ProxyProtocolFrom = [network],
            XClientFrom = [network],
        };
        var options = new RelayOptions
        {
            Listeners = new Dictionary<string, ListenerOptions>(StringComparer.Ordinal) { ["smtp"] = listener },
        };
        var errors = new List<ConfigurationError>();

        ListenerValidation.Check(options, new KeyScope("Relay", errors));

        string[] expected = error is null
            ? []
            : [$"Relay:Listeners:smtp:ProxyProtocolFrom:0: {error}", $"Relay:Listeners:smtp:XClientFrom:0: {error}"];
        Assert.That(errors.Select(found => $"{found.Key}: {found.Text}"), Is.EqualTo(expected));
    }
}
