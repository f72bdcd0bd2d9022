using System.CommandLine;
using Relay.Benchmarks.Options;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using Relay.Benchmarks.Report;

namespace Relay.Benchmarks.Compare;

/// <summary><c>compare</c>: Relay beside what else one could put there, under the same load, on this machine, in one run.</summary>
internal sealed class CompareCommand
{
    private readonly CommonOptions _common = new();
    private readonly LoadOptions _load = new();
    private readonly NamesOption _cases = new("--cases", [.. Case.All.Select(static load => load.Name)]);
    private readonly NamesOption _peers = new("--peers", [.. AllPeers.Create("").Select(static peer => peer.Name)]);
    private readonly Option<int> _upstreams = new("--upstreams")
    {
        Description = "Behind those who balance",
        DefaultValueFactory = static _ => 3,
    };
    private readonly Option<bool> _install = new("--install") { Description = "Installs the peers that are missing, before" };

    public Command Build()
    {
        CommonOptions.Positive(_upstreams);
        var command = new Command("compare", "Relay beside other relays, under the same load") { _cases, _peers, _upstreams, _install };
        _load.AddTo(command);
        return _common.Complete(command, RunAsync);
    }

    /// <summary>What the command line asks for, peers included that are not installed.</summary>
    public CompareOptions Read(ParseResult parsed) =>
        new(
            _peers.Choose(parsed, AllPeers.Create(_common.Relay(parsed)), static peer => peer.Name),
            _cases.Choose(parsed, Case.All, static load => load.Name),
            _common.Runs(parsed),
            _load.Read(parsed),
            parsed.GetValue(_upstreams)
        );

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_install))
        {
            await Installer.RunAsync(Console.Error, cancellationToken);
        }

        Tool.Require("smtp-source", "smtp-sink");
        var options = Read(parsed);
        var skipped = Skipped(options.Peers);
        options = options with { Peers = [.. options.Peers.Where(static peer => peer.WhyNot is null)] };
        foreach (var line in skipped)
        {
            await Console.Error.WriteLineAsync(line);
        }

        using var folder = new WorkFolder(_common.Folder(parsed));
        var head = await MachineDescription.WriteAsync(options.Peers, folder.Path, cancellationToken);
        await using var comparison = new Comparison(options, folder.Path, Console.Error);
        await comparison.RunAsync(cancellationToken);
        await ReportAsync(parsed, options, head, [.. skipped, .. comparison.Troubles], comparison.Runs);
        return comparison.Troubles.Count == 0 ? 0 : 1;
    }

    private static string[] Skipped(IReadOnlyList<IPeer> peers) =>
        [.. peers.Where(static peer => peer.WhyNot is not null).Select(static peer => $"{peer.Name} skipped: {peer.WhyNot}.")];

    private async Task ReportAsync(ParseResult parsed, CompareOptions options, string head, string[] remarks, IReadOnlyList<Run> runs)
    {
        var text = head + MarkdownReport.Write(options.Cases, runs) + Remarks.Write(remarks, runs.Select(static run => run.Others));
        Console.Write(text);
        await ReportFiles.WriteAsync(_common.Output(parsed), "", text, runs);
        foreach (var load in options.Cases)
        {
            var figures = PeerFigures.OfCase(runs, load);
            if (figures.Count > 0)
            {
                await ReportFiles.DrawAsync(_common.Images(parsed), load.Name, CaseChart.Draw(load, figures));
            }
        }
    }
}
