using System.CommandLine;
using Relay.Benchmarks.Options;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using Relay.Benchmarks.Report;

namespace Relay.Benchmarks.Growth;

/// <summary><c>growth</c>: whether a message becomes dearer with more sessions, more upstreams and more routes.</summary>
internal sealed class GrowthCommand
{
    private readonly CommonOptions _common = new();
    private readonly LoadOptions _load = new(seconds: 8); // in less, opening 1,000 sessions would weigh in
    private readonly NamesOption _points = new("--points", [.. GrowthPoint.All.Skip(1).Select(static point => point.Name)]);

    public Command Build()
    {
        var command = new Command("growth", "What a message costs with more sessions, upstreams and routes") { _points };
        _load.AddTo(command);
        return _common.Complete(command, RunAsync);
    }

    /// <summary>The base is always there: without it there is no ratio.</summary>
    public GrowthOptions Read(ParseResult parsed) =>
        new(
            [GrowthPoint.Base, .. _points.Choose(parsed, GrowthPoint.All.Skip(1), static point => point.Name)],
            _common.Runs(parsed),
            _load.Read(parsed),
            _common.Relay(parsed)
        );

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Tool.Require("smtp-source", "smtp-sink");
        var options = Read(parsed);
        using var folder = new WorkFolder(_common.Folder(parsed));
        IPeer[] peers = [new RelayPeer("relay", options.Relay, new RelaySettings())];
        AllPeers.Require(peers);
        var head = await MachineDescription.WriteAsync(peers, folder.Path, cancellationToken);
        await using var measurement = new GrowthMeasurement(options, folder.Path, Console.Error);
        await measurement.RunAsync(cancellationToken);
        var text = head + GrowthReport.Write(options.Points, measurement.Runs);
        Console.Write(text);
        await ReportFiles.WriteAsync(_common.Output(parsed), "growth-", text, measurement.Runs);
        await ReportFiles.DrawAsync(_common.Images(parsed), "growth", GrowthChart.Draw(options.Points, measurement.Runs));
        return 0;
    }
}
