using System.CommandLine;
using Relay.Benchmarks.Options;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using Relay.Benchmarks.Report;
using static System.FormattableString;

namespace Relay.Benchmarks.Idle;

/// <summary><c>idle</c>: what memory a client takes that is connected and says nothing.</summary>
internal sealed class IdleCommand
{
    private const int SpareConnections = 300; // those of the warm-up may still be closing

    private readonly CommonOptions _common = new();
    private readonly NamesOption _peers = new("--peers", ["haproxy", "relay"]);
    private readonly Option<int> _connections = new("--connections") { DefaultValueFactory = static _ => 9000 };

    public Command Build()
    {
        CommonOptions.Positive(_connections);
        return _common.Complete(new Command("idle", "Memory per idle connection") { _peers, _connections }, RunAsync);
    }

    public IdleOptions Read(ParseResult parsed) =>
        new(
            _peers.Choose(parsed, ["haproxy", "relay"], static name => name),
            _common.Runs(parsed),
            parsed.GetValue(_connections),
            _common.Relay(parsed)
        );

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Tool.Require("smtp-sink");
        var options = Read(parsed);
        if (options.Connections > OpenFiles.MostProxied())
        {
            throw new MeasurementException(Invariant($"The limit on open files (ulimit -n) allows {OpenFiles.MostProxied()} connections."));
        }

        IPeer[] peers = [.. options.Peers.Select(name => PeerOf(name, options))];
        AllPeers.Require(peers);
        using var folder = new WorkFolder(_common.Folder(parsed));
        var head = await MachineDescription.WriteAsync(peers, folder.Path, cancellationToken);
        var measurement = new IdleMeasurement(options, folder.Path, Console.Error);
        await measurement.RunAsync(peers, cancellationToken);
        var text = head + IdleReport.Write(measurement.Runs);
        Console.Write(text);
        await ReportFiles.WriteAsync(_common.Output(parsed), "idle-", text, measurement.Runs);
        await ReportFiles.DrawAsync(_common.Images(parsed), "idle", IdleReport.Draw(measurement.Runs));
        return 0;
    }

    private static IPeer PeerOf(string name, IdleOptions options)
    {
        var most = options.Connections + SpareConnections;
        return name == "haproxy" ? new HAProxyPeer(most) : new RelayPeer(name, options.Relay, new RelaySettings { Connections = most });
    }
}
