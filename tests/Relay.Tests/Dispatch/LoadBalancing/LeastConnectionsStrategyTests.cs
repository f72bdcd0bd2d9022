using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Upstreams;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch.LoadBalancing;

public sealed class LeastConnectionsStrategyTests
{
    private readonly LeastConnectionsStrategy _strategy = new();

    [Test]
    public void The_least_loaded_for_its_weight_is_picked()
    {
        var servers = Some.Servers(("a", 1), ("b", 4));
        Occupy(servers[0], 2);
        Occupy(servers[1], 7);

        Assert.That(_strategy.Pick(servers, Some.Message()).Name, Is.EqualTo("b"), "7 ÷ 4 is less than 2 ÷ 1");
    }

    [Test]
    public void Ties_are_broken_in_turn_by_weight()
    {
        var servers = Some.Servers(("a", 1), ("b", 3));

        var names = Enumerable.Range(0, 400).Select(_ => _strategy.Pick(servers, Some.Message()).Name).ToArray();

        Assert.That(names.Count(name => name == "a"), Is.EqualTo(100));
        Assert.That(names.Count(name => name == "b"), Is.EqualTo(300));
    }

    [TestCase(1, 5)]
    [TestCase(2, 20)]
    public void A_slower_server_gets_less_in_proportion(int fast, int slow)
    {
        var servers = Some.Servers(("fast", 1), ("slow", 1));
        var delivered = Simulate(servers, [fast, slow], messages: 20_000, inFlight: 40);

        // Equal queues: throughput is in proportion to speed.
        Assert.That(delivered[0] / (double)delivered[1], Is.EqualTo((double)slow / fast).Within(5).Percent);
    }

    /// <summary>Keeps <paramref name="inFlight"/> messages under way; each takes its server's number of steps.</summary>
    private int[] Simulate(UpstreamServer[] servers, int[] steps, int messages, int inFlight)
    {
        var delivered = new int[servers.Length];
        var running = new PriorityQueue<int, long>();
        var now = 0L;
        for (var message = 0; message < messages; message++)
        {
            if (running.Count == inFlight && running.TryDequeue(out var finished, out now))
            {
                servers[finished].Load.Release();
            }

            var pick = Array.IndexOf(servers, _strategy.Pick(servers, Some.Message()));
            Occupy(servers[pick], 1);
            delivered[pick]++;
            running.Enqueue(pick, now + steps[pick]);
        }

        return delivered;
    }

    private static void Occupy(UpstreamServer server, int deliveries)
    {
        for (var count = 0; count < deliveries; count++)
        {
            server.TryReserve(1, out _);
        }
    }
}
