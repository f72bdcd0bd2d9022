using System.Text;

namespace Relay.Cli.Watching;

/// <summary>Draws text over what was drawn before. Nothing scrolls: what does not fit into the window is left out, and said to be.</summary>
/// <param name="output">The terminal.</param>
/// <param name="size">Columns and rows of its window now.</param>
internal sealed class Screen(TextWriter output, Func<(int Width, int Height)> size)
{
    private const string Clear = "\e[2J";
    private const string Home = "\e[H";
    private const string EraseRestOfLine = "\e[K";
    private const string EraseBelow = "\e[J";

    private bool _isClear;

    /// <param name="text">Lines without control sequences of their own.</param>
    public Task DrawAsync(string text)
    {
        var (width, height) = size();
        return DrawStyledAsync(Fit(text.TrimEnd('\n').Split('\n'), height - 1).Select(line => Plain(line, width)));
    }

    /// <param name="lines">As they go to the terminal, colours included; no more and none longer than the window has room for.</param>
    public async Task DrawStyledAsync(IEnumerable<string> lines)
    {
        var frame = new StringBuilder(_isClear ? "" : Clear).Append(Home);
        _isClear = true;
        frame.AppendJoin($"{EraseRestOfLine}\r\n", lines);
        await output.WriteAsync(frame.Append(EraseRestOfLine).Append("\r\n").Append(EraseBelow));
        await output.FlushAsync();
    }

    /// <summary>A page of its own, without a cursor, until <see cref="CloseAsync"/>: what stood there before comes back then.</summary>
    public Task OpenAsync() => WriteAsync("\e[?1049h\e[?25l");

    public Task CloseAsync() => WriteAsync("\e[?25h\e[?1049l");

    private async Task WriteAsync(string sequence)
    {
        await output.WriteAsync(sequence);
        await output.FlushAsync();
    }

    private static string[] Fit(string[] lines, int height) =>
        lines.Length <= height ? lines : [.. lines[..Math.Max(0, height - 1)], $"… and {lines.Length - height + 1} lines more"];

    /// <summary>A word of a server among them reaches the terminal as no command to it.</summary>
    private static string Plain(string line, int width)
    {
        var fitting = line.Length > width ? line[..width] : line;
        return fitting.Any(char.IsControl)
            ? string.Concat(fitting.Select(static letter => char.IsControl(letter) ? ' ' : letter))
            : fitting;
    }
}
