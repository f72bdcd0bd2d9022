using Relay.Core.Dispatch.LoadBalancing;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch.LoadBalancing;

/// <summary>SenderHash and RecipientHash: what they look at; how the hash spreads is tested with IpHash.</summary>
public sealed class TextHashStrategyTests
{
    [Test]
    public void A_sender_stays_with_its_server_whoever_it_writes_to()
    {
        var picks = Enumerable
            .Range(0, 30)
            .Select(number => Pick(new SenderHashStrategy(), "Boss@Example.com", $"r{number}@d{number}.example"));

        Assert.That(
            picks.Append(Pick(new SenderHashStrategy(), "boss@example.COM", "x@y.example")).Distinct(StringComparer.Ordinal).Count(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public void A_domain_stays_with_its_server_whoever_writes()
    {
        var picks = Enumerable
            .Range(0, 30)
            .Select(number => Pick(new RecipientHashStrategy(), $"s{number}@example.com", $"r{number}@Domain.example"));

        Assert.That(
            picks.Append(Pick(new RecipientHashStrategy(), "", "other@domain.EXAMPLE")).Distinct(StringComparer.Ordinal).Count(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public void Many_senders_and_domains_are_spread()
    {
        var bySender = Enumerable.Range(0, 300).Select(number => Pick(new SenderHashStrategy(), $"s{number}@example.com", "r@example.org"));
        var byDomain = Enumerable
            .Range(0, 300)
            .Select(number => Pick(new RecipientHashStrategy(), "s@example.com", $"r@d{number}.example"));

        Assert.That(bySender.CountBy(name => name, StringComparer.Ordinal).Select(share => share.Value), Is.All.GreaterThan(60));
        Assert.That(byDomain.CountBy(name => name, StringComparer.Ordinal).Select(share => share.Value), Is.All.GreaterThan(60));
    }

    private static string Pick(ILoadBalancingStrategy strategy, string sender, string recipient)
    {
        var message = Some.Message(sender, [recipient]);
        return strategy.Pick(Some.Servers(("a", 1), ("b", 1), ("c", 1)), message).Name;
    }
}
