using Relay.Core.Configuration;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Upstreams;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch.LoadBalancing;

/// <summary>A closed loop on virtual time: so many messages are always under way, each takes its server's time.</summary>
public sealed class AdaptiveStrategyTests
{
    private const int InFlight = 30;

    private readonly TestClock _time = new();
    private readonly PriorityQueue<(UpstreamServer Server, TimeSpan Took), DateTimeOffset> _running = new();
    private readonly Dictionary<string, TimeSpan> _speed = new(StringComparer.Ordinal);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void A_server_five_times_slower_gets_at_most_a_third_of_the_share_of_a_fast_one(int seed)
    {
        var servers = Servers(("a", 20, 1), ("b", 20, 1), ("slow", 100, 1));
        var strategy = new AdaptiveStrategy(new Random(seed));
        Run(strategy, servers, TimeSpan.FromSeconds(5));

        var shares = Run(strategy, servers, TimeSpan.FromSeconds(30));

        Assert.That(shares["slow"], Is.LessThanOrEqualTo(Math.Min(shares["a"], shares["b"]) / 3.0));
        Assert.That(shares["slow"], Is.GreaterThan(0), "it is not forgotten");
        Assert.That(shares["a"], Is.EqualTo(shares["b"]).Within(15).Percent);
    }

    [TestCase(1)]
    [TestCase(2)]
    public void It_follows_within_ten_seconds_when_speeds_change(int seed)
    {
        var servers = Servers(("a", 20, 1), ("b", 100, 1));
        var strategy = new AdaptiveStrategy(new Random(seed));
        Run(strategy, servers, TimeSpan.FromSeconds(20));

        (_speed["a"], _speed["b"]) = (_speed["b"], _speed["a"]);
        Run(strategy, servers, TimeSpan.FromSeconds(10));
        var shares = Run(strategy, servers, TimeSpan.FromSeconds(10));

        Assert.That(shares["a"], Is.LessThanOrEqualTo(shares["b"] / 3.0));
    }

    [Test]
    public void Alike_servers_share_by_weight()
    {
        var servers = Servers(("a", 20, 1), ("b", 20, 3));
        var shares = Run(new AdaptiveStrategy(new Random(1)), servers, TimeSpan.FromSeconds(60));

        Assert.That(shares["b"] / (double)shares["a"], Is.EqualTo(3).Within(25).Percent);
    }

    [Test]
    public void A_server_that_refuses_fast_does_not_attract_mail()
    {
        var servers = Servers(("good", 50, 1), ("refuser", 5, 1));
        var shares = Run(new AdaptiveStrategy(new Random(1)), servers, TimeSpan.FromSeconds(20));

        Assert.That(shares["good"], Is.GreaterThan(shares["refuser"]));
    }

    private UpstreamServer[] Servers(params (string Name, int Milliseconds, int Weight)[] servers)
    {
        foreach (var (name, milliseconds, _) in servers)
        {
            _speed[name] = TimeSpan.FromMilliseconds(milliseconds);
        }

        return
        [
            .. servers.Select(server =>
                Some.Server(server.Name, _time, new UpstreamOptions { Weight = server.Weight, Connections = 1000 })
            ),
        ];
    }

    private Dictionary<string, int> Run(AdaptiveStrategy strategy, UpstreamServer[] servers, TimeSpan duration)
    {
        var shares = servers.ToDictionary(server => server.Name, _ => 0, StringComparer.Ordinal);
        var end = _time.GetUtcNow() + duration;
        while (_time.GetUtcNow() < end)
        {
            while (_running.Count < InFlight)
            {
                Begin(strategy, servers, shares);
            }

            FinishNext();
        }

        return shares;
    }

    private void Begin(AdaptiveStrategy strategy, UpstreamServer[] servers, Dictionary<string, int> shares)
    {
        var server = strategy.Pick(servers, Some.Message());
        server.TryReserve(1, out _);
        shares[server.Name]++;
        var took = _speed[server.Name];
        _running.Enqueue((server, took), _time.GetUtcNow() + took);
    }

    private void FinishNext()
    {
        _running.TryDequeue(out var finished, out var at);
        _time.SetUtcNow(at > _time.GetUtcNow() ? at : _time.GetUtcNow());
        if (finished.Server.Name == "refuser")
        {
            finished.Server.Health.ReportWorking(isRefused: true);
            finished.Server.Load.CountRejected(finished.Took, finished.Server.Health.RefusedShare);
        }
        else
        {
            finished.Server.Load.CountDelivered(finished.Took);
        }

        finished.Server.Load.Release();
    }
}
