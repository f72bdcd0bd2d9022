using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Reception.Access;

namespace Relay.Tests.Reception;

internal sealed class AccessTests : ReceptionFixture
{
    [TestCase("127.0.0.1", true)]
    [TestCase("127.9.9.9", true)]
    [TestCase("::1", true)]
    [TestCase("::ffff:127.0.0.1", true, Description = "IPv4-mapped counts as IPv4")]
    [TestCase("10.1.2.3", true)]
    [TestCase("::ffff:10.1.2.3", true)]
    [TestCase("192.0.2.1", false)]
    [TestCase("11.0.0.0", false)]
    [TestCase("::2", false)]
    [TestCase("2001:db8::1", true)]
    [TestCase("::ffff:172.16.0.1", true, Description = "a mapped network counts as IPv4 too")]
    [TestCase("172.16.0.1", true)]
    [TestCase(null, false, Description = "a unix socket gives no right of its own")]
    public void Only_clients_in_the_networks_may_relay(string? client, bool mayRelay)
    {
        var rules = new AccessRules(
            new AccessOptions { Networks = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "2001:db8::/32", "::ffff:172.16.0.0/108"] }
        );

        Assert.That(rules.MayRelay(client is null ? null : IPAddress.Parse(client)), Is.EqualTo(mayRelay));
    }

    [TestCase("192.0.2.1")]
    [TestCase(null)]
    public async Task Others_are_refused_at_RCPT_and_not_at_MAIL(string? client)
    {
        var session = await ConnectAsync(client);
        await session.SayAllAsync("MAIL FROM:<a@example.com>");

        Assert.That(await session.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith("550 5.7.1 "));
        Assert.That(await session.SayAsync("DATA"), Does.StartWith("554 5.5.1 "));
    }

    [Test]
    public async Task Without_rules_whoever_can_connect_may_send()
    {
        Settings = Settings with { Access = null };
        var session = await ConnectAsync(null);

        await session.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", ".");
    }

    [Test]
    public void Connections_are_bound_in_all_and_by_client()
    {
        var limiter = new ConnectionLimiter();
        var limits = new LimitOptions { Connections = 3, ConnectionsPerClient = 2 };
        var first = IPAddress.Parse("192.0.2.1");
        var second = IPAddress.Parse("192.0.2.2");

        Assert.That(limiter.Enter(first, limits), Is.EqualTo(Admission.Granted));
        Assert.That(limiter.Enter(first, limits), Is.EqualTo(Admission.Granted));
        Assert.That(limiter.Enter(first, limits), Is.EqualTo(Admission.TooManyFromClient));
        Assert.That(limiter.Enter(second, limits), Is.EqualTo(Admission.Granted));
        Assert.That(limiter.Enter(null, limits), Is.EqualTo(Admission.TooManyConnections));

        limiter.Leave(first);
        Assert.That(limiter.Enter(first, limits), Is.EqualTo(Admission.Granted));
        Assert.That(limiter.Count, Is.EqualTo(3));
    }

    [Test]
    public void A_client_that_has_left_is_forgotten()
    {
        var limiter = new ConnectionLimiter();
        var limits = new LimitOptions { ConnectionsPerClient = 1 };
        for (var count = 0; count < 10; count++)
        {
            Assert.That(limiter.Enter(IPAddress.Loopback, limits), Is.EqualTo(Admission.Granted));
            limiter.Leave(IPAddress.Loopback);
        }

        Assert.That(limiter.Count, Is.Zero);
    }
}
