using System.CommandLine;
using System.Globalization;

namespace Relay.Cli.Completion;

/// <summary>
/// Answers a shell that asks what may come next: <c>relay [suggest:12] "relay upstr"</c>, the form of the directive of System.CommandLine. The directive itself looks
/// for the name of the running file at the beginning of the line, which is another word where the program was started by a link, a script or <c>dotnet</c>.
/// </summary>
internal static class Suggestions
{
    private const string Begin = "[suggest";

    public static bool AreWanted(IReadOnlyList<string> arguments) =>
        arguments is [var first, ..] && first.StartsWith(Begin, StringComparison.Ordinal) && first.EndsWith(']');

    /// <summary>The line that is typed, without the program's name.</summary>
    /// <param name="arguments">The directive and the line.</param>
    /// <returns>The line up to the cursor.</returns>
    public static string LineOf(IReadOnlyList<string> arguments)
    {
        var line = arguments.Count > 1 ? arguments[1] : "";
        var colon = arguments[0].IndexOf(':', StringComparison.Ordinal);
        var isPosition = int.TryParse(arguments[0].AsSpan(colon + 1).TrimEnd(']'), CultureInfo.InvariantCulture, out var position);
        var typed = colon >= 0 && isPosition ? line[..Math.Clamp(position, 0, line.Length)] : line;
        var blank = typed.IndexOf(' ', StringComparison.Ordinal);
        return blank < 0 ? "" : typed[(blank + 1)..];
    }

    /// <summary>What may stand where the line ends, beginning with the letters of its last word.</summary>
    public static IEnumerable<string> For(Command command, string line)
    {
        // Keys of the configuration are not the parser's: without them the rest of the line is its.
        line = WithoutSettings(line);
        var begin = line.Length == 0 || char.IsWhiteSpace(line[^1]) ? "" : line[(line.LastIndexOf(' ') + 1)..];
        var words = command
            .Parse(line)
            .GetCompletions(line.Length)
            .Select(static item => item.InsertText ?? item.Label)
            .Where(word => word.StartsWith(begin, StringComparison.OrdinalIgnoreCase) && word is not ("-?" or "/?" or "/h" or "-h"))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        // Options are there everywhere: they are shown to whoever has typed a hyphen, or where there is nothing else.
        var isAboutOptions = begin.Length > 0 || words.TrueForAll(IsOption);
        return isAboutOptions ? words : words.Where(static word => !IsOption(word));
    }

    private static bool IsOption(string word) => word.StartsWith('-');

    private static string WithoutSettings(string line) =>
        string.Join(' ', line.Split(' ').Where(static word => !word.StartsWith("--Relay:", StringComparison.OrdinalIgnoreCase)));
}
