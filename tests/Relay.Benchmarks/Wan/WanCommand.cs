using System.CommandLine;
using Relay.Benchmarks.Options;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using Relay.Benchmarks.Report;
using static System.FormattableString;

namespace Relay.Benchmarks.Wan;

/// <summary><c>wan</c>: how long a client waits whose messages go to a far upstream that asks for STARTTLS and AUTH.</summary>
internal sealed class WanCommand
{
    private readonly CommonOptions _common = new();
    private readonly NamesOption _peers = new("--peers", ["haproxy", "relay"]);
    private readonly Option<int> _messages = new("--messages") { Description = "Of a run", DefaultValueFactory = static _ => 500 };
    private readonly Option<int> _sessions = new("--sessions") { Description = "At once", DefaultValueFactory = static _ => 20 };

    private readonly Option<double> _roundTrip = new("--round-trip")
    {
        HelpName = "MS",
        Description = "To the upstream and back",
        DefaultValueFactory = static _ => 20,
    };

    public Command Build()
    {
        CommonOptions.Positive(_messages);
        CommonOptions.Positive(_sessions);
        var command = new Command("wan", "Latency with an upstream far away that asks for STARTTLS and AUTH")
        {
            _peers,
            _messages,
            _sessions,
            _roundTrip,
        };
        return _common.Complete(command, RunAsync);
    }

    public WanOptions Read(ParseResult parsed) =>
        new(
            _peers.Choose(parsed, ["haproxy", "relay"], static name => name),
            _common.Runs(parsed),
            parsed.GetValue(_messages),
            parsed.GetValue(_sessions),
            TimeSpan.FromMilliseconds(parsed.GetValue(_roundTrip)),
            _common.Relay(parsed)
        );

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = Read(parsed);
        IPeer[] peers = [.. options.Peers.Select(name => PeerOf(name, options))];
        AllPeers.Require(peers);
        using var folder = new WorkFolder(_common.Folder(parsed));
        var head = await MachineDescription.WriteAsync(peers, folder.Path, cancellationToken);
        await using var measurement = new WanMeasurement(options, peers, folder.Path, Console.Error);
        await measurement.RunAsync(cancellationToken);
        var line = Invariant($"* A round trip over the line, measured: {measurement.RoundTripMs:F1} ms.\n\n");
        var text = head.TrimEnd() + "\n" + line + WanReport.Write(options, measurement.Runs);
        Console.Write(text);
        await ReportFiles.WriteAsync(_common.Output(parsed), "wan-", text, measurement.Runs);
        await ReportFiles.DrawAsync(_common.Images(parsed), "wan", WanReport.Draw(options, measurement.Runs));
        return 0;
    }

    private static IPeer PeerOf(string name, WanOptions options)
    {
        var upstream = new
        {
            Tls = "StartTls",
            Certificate = "Any",
            UserName = FarUpstream.User,
            Password = FarUpstream.User,
            Connections = options.Sessions, // else the limit would be measured
        };
        return name == "haproxy" ? new HAProxyPeer() : new RelayPeer(name, options.Relay, new RelaySettings { Upstream = upstream });
    }
}
