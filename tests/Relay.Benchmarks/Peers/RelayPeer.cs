using Relay.Benchmarks.Processes;
using Relay.TestKit;
using static System.FormattableString;

namespace Relay.Benchmarks.Peers;

/// <summary>Relay, with the limits on connections lifted, since all load comes from one address. All else is as it ships.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="accept"><c>Delivery:Accept</c>.</param>
/// <param name="program">The assembly to run.</param>
internal sealed class RelayPeer(string name, string accept, string program) : IPeer
{
    public string Name => name;

    public bool Balances => true;

    public string? WhyNot => !File.Exists(program) ? $"{program} is not built" : null;

    public async Task<RunningPeer> StartAsync(string folder, IReadOnlyList<int> upstreams, CancellationToken cancellationToken)
    {
        var configuration = new RelayConfiguration()
            .Set("Delivery:Accept", accept)
            .Set("Spool:Path", Path.Combine(folder, "spool.db"))
            .Set("Limits:Connections", 2000)
            .Set("Limits:ConnectionsPerClient", 2000)
            .Strategy("RoundRobin");
        foreach (var upstream in upstreams)
        {
            configuration.Upstream(Invariant($"s{upstream}"), Invariant($"127.0.0.1:{upstream}"), new { Tls = "None" });
        }

        var path = Path.Combine(folder, "relay.json");
        await File.WriteAllTextAsync(path, configuration.ToJson(), cancellationToken);
        string[] command = ["dotnet", program, "run", "--config", path];
        var process = ServerProcess.Start(name, command, Path.Combine(folder, "log"), folder);
        return await RunningPeer.StartAsync(configuration.SmtpPort, process, cancellationToken);
    }
}
