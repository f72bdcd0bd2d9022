using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Reception.Access;

namespace Relay.Tests.Reception;

public sealed class ClientNetworkTests
{
    [TestCase("192.0.2.1", "192.0.2.1", true)]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", true, Description = "IPv4-mapped counts as IPv4")]
    [TestCase("192.0.2.1", "192.0.2.2", false)]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true, Description = "one /64 is one client")]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [TestCase("0.0.0.1", "0:0:0:1::", false, Description = "the same bits of another family")]
    public void A_client_is_an_IPv4_address_or_a_64_of_IPv6(string one, string other, bool isSame) =>
        Assert.That(ClientNetwork.Of(IPAddress.Parse(one)) == ClientNetwork.Of(IPAddress.Parse(other)), Is.EqualTo(isSame));

    [Test]
    public void A_client_without_an_address_has_no_network() => Assert.That(ClientNetwork.Of(null), Is.Null);

    [Test]
    public void Addresses_of_one_64_share_the_connections_of_a_client()
    {
        var limiter = new ConnectionLimiter();
        var limits = new LimitOptions { ConnectionsPerClient = 1 };

        Assert.That(limiter.Enter(IPAddress.Parse("2001:db8::1"), limits), Is.EqualTo(Admission.Granted));
        Assert.That(limiter.Enter(IPAddress.Parse("2001:db8::2"), limits), Is.EqualTo(Admission.TooManyFromClient));
        Assert.That(limiter.Enter(IPAddress.Parse("2001:db8:0:1::2"), limits), Is.EqualTo(Admission.Granted));

        limiter.Leave(IPAddress.Parse("2001:db8::1"));
        Assert.That(limiter.Enter(IPAddress.Parse("2001:db8::2"), limits), Is.EqualTo(Admission.Granted));
    }
}
