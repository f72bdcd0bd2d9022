using System.CommandLine;
using System.CommandLine.Parsing;

namespace Relay.Cli.Watching;

/// <summary><c>--watch</c> and <c>--interval</c>.</summary>
internal sealed class WatchOptions
{
    private const double Shortest = 0.1;
    private const double Longest = 3600;

    private readonly Option<bool> _watch = new("--watch", "-w")
    {
        Description = "Looks again and again until Ctrl+C: in place on a terminal, else one block (with --json one line) after the other",
    };

    private readonly Option<double> _interval = Interval("Time between two looks with --watch", 2);

    public IReadOnlyList<Symbol> All => [_watch, _interval];

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_watch);

    public TimeSpan IntervalOf(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_interval));

    public void Check(CommandResult result)
    {
        if (result.GetResult(_interval) is { Implicit: false } && result.GetResult(_watch) is not { Implicit: false })
        {
            result.AddError("--interval goes with --watch");
        }
    }

    /// <summary>An option that holds seconds between two looks.</summary>
    public static Option<double> Interval(string description, double seconds)
    {
        var option = new Option<double>("--interval")
        {
            HelpName = "SECONDS",
            Description = description,
            DefaultValueFactory = _ => seconds,
        };
        option.Validators.Add(static result =>
        {
            if (result.Tokens is [_] && result.GetValueOrDefault<double>() is var value && value is not (>= Shortest and <= Longest))
            {
                result.AddError("--interval is 0.1 to 3600 seconds");
            }
        });
        return option;
    }
}
