using System.Globalization;
using BenchmarkDotNet.Attributes;
using Relay.Core.Configuration;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Benchmarks.Micro;

/// <summary>One choice of each strategy, among few and among many servers.</summary>
[MemoryDiagnoser]
public class StrategyBenchmark
{
    private UpstreamServer[] _servers = [];
    private ILoadBalancingStrategy _strategy = new RoundRobinStrategy();
    private ReceivedMessage? _message;

    public static IEnumerable<string> Names => StrategyRegistry.Names;

    [ParamsSource(nameof(Names))]
    public string Strategy { get; set; } = "";

    [Params(4, 200)]
    public int Upstreams { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _servers = [.. Enumerable.Range(1, Upstreams).Select(Server)];
        _strategy = StrategyRegistry.Create(Strategy, new Random(1));
        _message = SampleMessage.Create(4096);
    }

    [Benchmark(Description = "pick")]
    public object Pick() => _strategy.Pick(_servers, _message!);

    private static UpstreamServer Server(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"server{number}.example.com");
        var parts = new UpstreamServerParts("default", name, new UpstreamOptions { Address = name }, new HealthOptions(), null);
        return new UpstreamServer(parts, TimeProvider.System);
    }
}
