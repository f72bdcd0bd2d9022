using Relay.Benchmarks.Processes;
using Relay.TestKit;
using static System.FormattableString;

namespace Relay.Benchmarks.Peers;

/// <summary>Relay, with the limits on connections lifted, since all load comes from one address. All else is as it ships, but for the settings.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="program">The assembly to run.</param>
/// <param name="settings">What is set.</param>
internal sealed class RelayPeer(string name, string program, RelaySettings settings) : IPeer
{
    public string Name => name;

    public bool Balances => true;

    public string? WhyNot => !File.Exists(program) ? $"{program} is not built" : null;

    public async Task<RunningPeer> StartAsync(string folder, IReadOnlyList<int> upstreams, CancellationToken cancellationToken)
    {
        var configuration = Configure(folder, upstreams);
        var path = Path.Combine(folder, "relay.json");
        await File.WriteAllTextAsync(path, configuration.ToJson(), cancellationToken);
        string[] command = ["dotnet", program, "run", "--config", path];
        var process = ServerProcess.Start(name, command, Path.Combine(folder, "log"), folder);
        var metrics = new Uri(Invariant($"http://127.0.0.1:{configuration.AdminPort}/metrics"));
        return await RunningPeer.StartAsync(configuration.SmtpPort, process, cancellationToken, metrics);
    }

    private RelayConfiguration Configure(string folder, IReadOnlyList<int> upstreams)
    {
        var configuration = new RelayConfiguration()
            .Set("Delivery:Accept", settings.Accept)
            .Set("Log:Level", settings.LogLevel)
            .Set("Spool:Path", Path.Combine(folder, "spool.db"))
            .Set("Limits:Connections", settings.Connections)
            .Set("Limits:ConnectionsPerClient", settings.Connections)
            .Set("Routes", Routes())
            .Strategy("RoundRobin");
        for (var number = 0; number < (settings.Upstreams ?? upstreams.Count); number++)
        {
            var address = Invariant($"127.0.0.1:{upstreams[number % upstreams.Count]}");
            configuration.Upstream(Invariant($"s{number + 1}"), address, settings.Upstream);
        }

        return configuration;
    }

    /// <summary>Routes for other recipients than those of the load, and behind them one for all.</summary>
    private object[] Routes() =>
        [
            .. Enumerable
                .Range(1, settings.Routes - 1)
                .Select(static number => new { To = Invariant($"*@domain{number}.test"), Group = "default" }),
            new { Group = "default" },
        ];
}
