using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Two network namespaces with a line between them, 10.0.0.11 and 10.0.0.12: nobody else reaches these addresses. Root makes them.</summary>
internal sealed class Network : IAsyncDisposable
{
    private Network(string first, string second) => (First, Second) = (first, second);

    public string First { get; }

    public string Second { get; }

    /// <exception cref="InvalidOperationException">This machine has no namespaces, or not for us.</exception>
    public static async Task<Network> CreateAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"relay-test-{LocalPort.Free()}"); // no other test has that number
        var network = new Network(name + "-1", name + "-2");
        try
        {
            await RunAsync("netns", "add", network.First);
            await RunAsync("netns", "add", network.Second);
            await RunAsync("-n", network.First, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", network.Second);
            await SetUpAsync(network.First, "10.0.0.11/24");
            await SetUpAsync(network.Second, "10.0.0.12/24");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>ip</c>.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var run = await ProcessRunner.RunAsync("ip", arguments);
        return run.ExitCode == 0 ? run.Output : throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {run.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var space in new[] { First, Second })
        {
            await ProcessRunner.RunAsync("ip", ["netns", "delete", space]); // which may never have been made
        }
    }

    private static async Task SetUpAsync(string space, string address)
    {
        await RunAsync("-n", space, "link", "set", "lo", "up");
        await RunAsync("-n", space, "address", "add", address, "dev", "eth0");
        await RunAsync("-n", space, "link", "set", "eth0", "up");
    }
}
