using System.CommandLine;

namespace Relay.Benchmarks.Options;

/// <summary>How long is loaded, for the commands that measure rates and CPU time.</summary>
/// <param name="seconds">Of a run, where the user does not say.</param>
internal sealed class LoadOptions(double seconds = 3)
{
    private readonly Option<double> _seconds = new("--seconds") { Description = "Length of a run", DefaultValueFactory = _ => seconds };

    private readonly Option<double> _warmUp = new("--warm-up")
    {
        Description = "Seconds of load on each, before it is measured",
        DefaultValueFactory = static _ => 8,
    };

    private readonly Option<int?> _messages = new("--messages") { Description = "Messages of a run, in place of --seconds" };

    public void AddTo(Command command)
    {
        command.Add(_seconds);
        command.Add(_warmUp);
        command.Add(_messages);
    }

    public LoadTimes Read(ParseResult parsed) =>
        new(TimeSpan.FromSeconds(parsed.GetValue(_seconds)), TimeSpan.FromSeconds(parsed.GetValue(_warmUp)), parsed.GetValue(_messages));
}
