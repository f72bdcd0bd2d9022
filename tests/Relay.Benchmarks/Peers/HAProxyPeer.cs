using Relay.Benchmarks.Processes;
using Relay.TestKit;
using static System.FormattableString;

namespace Relay.Benchmarks.Peers;

/// <summary>HAProxy as a TCP balancer: it passes bytes and sees no messages. What standing in between costs at least.</summary>
/// <param name="connections">So many clients at once.</param>
internal sealed class HAProxyPeer(int connections = 2000) : IPeer
{
    public string Name => "haproxy";

    public bool Balances => true;

    public string? WhyNot => Tool.Find("haproxy") is null ? "haproxy is not installed" : null;

    public IReadOnlyList<string> VersionCommand => ["haproxy", "-v"];

    public async Task<RunningPeer> StartAsync(string folder, IReadOnlyList<int> upstreams, CancellationToken cancellationToken)
    {
        var port = LocalPort.Free();
        var path = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(path, Configuration(port, upstreams), cancellationToken);
        var process = ServerProcess.Start(Name, [Tool.Find("haproxy")!, "-f", path, "-db"], Path.Combine(folder, "log"));
        return await RunningPeer.StartAsync(port, process, cancellationToken);
    }

    private string Configuration(int port, IReadOnlyList<int> upstreams) =>
        Invariant(
            $"""
            global
              maxconn {connections}
            defaults
              mode tcp
              timeout connect 5s
              timeout client 10m
              timeout server 10m
            listen smtp
              bind 127.0.0.1:{port}
              balance roundrobin
            {string.Join('\n', upstreams.Select(static upstream => Invariant($"  server s{upstream} 127.0.0.1:{upstream}")))}

            """
        );
}
