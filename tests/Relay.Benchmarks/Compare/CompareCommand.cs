using System.CommandLine;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using Relay.Benchmarks.Report;
using Relay.TestKit;

namespace Relay.Benchmarks.Compare;

/// <summary><c>compare</c>: Relay beside what else one could put there, under the same load, on this machine, in one run.</summary>
internal sealed class CompareCommand
{
    private readonly Option<string[]> _cases = new("--cases")
    {
        HelpName = "NAMES",
        Description = $"Of {string.Join(", ", Case.All.Select(static load => load.Name))}; all when left out",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _peers = new("--peers")
    {
        HelpName = "NAMES",
        Description = $"Of {string.Join(", ", AllPeers.Create("").Select(static peer => peer.Name))}; all when left out",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _runs = new("--runs") { Description = "Rounds", DefaultValueFactory = static _ => 5 };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Length of a run", DefaultValueFactory = static _ => 3 };

    private readonly Option<double> _warmUp = new("--warm-up")
    {
        Description = "Seconds of load on each peer before each case",
        DefaultValueFactory = static _ => 8,
    };

    private readonly Option<int?> _messages = new("--messages") { Description = "Messages of a run, in place of --seconds" };
    private readonly Option<int> _upstreams = new("--upstreams")
    {
        Description = "Behind those who balance",
        DefaultValueFactory = static _ => 3,
    };
    private readonly Option<string> _relay = new("--relay")
    {
        HelpName = "DLL",
        Description = "Another build of Relay",
        DefaultValueFactory = static _ => Repository.Program,
    };

    private readonly Option<string> _output = new("--output")
    {
        HelpName = "FOLDER",
        Description = "For table.md and runs.json",
        DefaultValueFactory = static _ => Repository.PathOf("artifacts/benchmarks"),
    };

    private readonly Option<string?> _images = new("--images")
    {
        HelpName = "FOLDER",
        Description = "For the plots; --output when left out",
    };
    private readonly Option<string> _folder = new("--folder")
    {
        Description = "For queues and spools while it runs: a disk, not memory",
        DefaultValueFactory = static _ => Path.GetTempPath(),
    };

    private readonly Option<bool> _install = new("--install") { Description = "Installs the peers that are missing, before" };

    public Command Build()
    {
        Among(_cases, [.. Case.All.Select(static load => load.Name)]);
        Among(_peers, [.. AllPeers.Create("").Select(static peer => peer.Name)]);
        var command = new Command("compare", "Relay beside other relays, under the same load")
        {
            _cases,
            _peers,
            _runs,
            _seconds,
            _warmUp,
            _messages,
            _upstreams,
            _relay,
            _output,
            _images,
            _folder,
            _install,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            if (parsed.GetValue(_install))
            {
                await Installer.RunAsync(Console.Error, cancellationToken);
            }

            return await MeasureAsync(parsed, cancellationToken);
        }
        catch (MeasurementException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 130; // as a shell tells of Ctrl-C
        }
    }

    private async Task<int> MeasureAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var wanted = Chosen(AllPeers.Create(parsed.GetValue(_relay)!), static peer => peer.Name, parsed.GetValue(_peers));
        var skipped = wanted
            .Where(static peer => peer.WhyNot is not null)
            .Select(static peer => $"{peer.Name} skipped: {peer.WhyNot}.")
            .ToArray();
        var options = Read(parsed, [.. wanted.Where(static peer => peer.WhyNot is null)]);
        if (Tool.Find("smtp-source") is null || Tool.Find("smtp-sink") is null)
        {
            throw new MeasurementException("smtp-source and smtp-sink are missing: they come with Postfix, which --install installs.");
        }

        foreach (var line in skipped)
        {
            await Console.Error.WriteLineAsync(line);
        }

        using var folder = new WorkFolder(parsed.GetValue(_folder)!);
        var head = await MachineDescription.WriteAsync(options.Peers, folder.Path, cancellationToken);
        await using var comparison = new Comparison(options, folder.Path, Console.Error);
        await comparison.RunAsync(cancellationToken);
        await ReportAsync(parsed, options, head, [.. skipped, .. comparison.Troubles], comparison.Runs);
        return comparison.Troubles.Count == 0 ? 0 : 1;
    }

    private async Task ReportAsync(ParseResult parsed, CompareOptions options, string head, string[] remarks, IReadOnlyList<Run> runs)
    {
        var notes = string.Concat(remarks.Select(static remark => $"* {remark}\n"));
        var text = head + MarkdownReport.Write(options.Cases, runs) + notes;
        Console.Write(text);
        var output = parsed.GetValue(_output)!;
        await ReportFiles.WriteAsync(output, text, runs);
        await ReportFiles.DrawAsync(parsed.GetValue(_images) ?? output, options.Cases, runs);
    }

    private CompareOptions Read(ParseResult parsed, IReadOnlyList<IPeer> peers) =>
        new(
            peers,
            Chosen(Case.All, static load => load.Name, parsed.GetValue(_cases)),
            parsed.GetValue(_runs),
            TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
            parsed.GetValue(_messages),
            parsed.GetValue(_upstreams)
        );

    private static IReadOnlyList<T> Chosen<T>(IReadOnlyList<T> all, Func<T, string> name, string[]? wanted) =>
        wanted is null or [] ? all : [.. all.Where(one => Names(wanted).Contains(name(one), StringComparer.Ordinal))];

    /// <summary>Names may stand behind one another, or with commas between them.</summary>
    private static IEnumerable<string> Names(IEnumerable<string> given) =>
        given.SelectMany(static text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static void Among(Option<string[]> option, IReadOnlyList<string> known) =>
        option.Validators.Add(result =>
        {
            foreach (var name in Names(result.Tokens.Select(static token => token.Value)).Except(known, StringComparer.Ordinal))
            {
                result.AddError($"{option.Name}: '{name}' is none of {string.Join(", ", known)}.");
            }
        });
}
