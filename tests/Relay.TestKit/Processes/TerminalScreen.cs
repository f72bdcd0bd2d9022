using System.Globalization;
using System.Text.RegularExpressions;

namespace Relay.TestKit.Processes;

/// <summary>What somebody would see: applies the control sequences that command lines use to a grid of letters.</summary>
internal sealed partial class TerminalScreen(int width, int height)
{
    private readonly char[][] _grid = [.. Enumerable.Range(0, height).Select(_ => Blank(width))];
    private string _rest = "";
    private int _column;
    private int _row;

    /// <summary>The lines, without blanks at their ends.</summary>
    public override string ToString() => string.Join('\n', _grid.Select(static line => new string(line).TrimEnd()));

    public void Write(string text)
    {
        _rest += text;
        while (_rest.Length > 0)
        {
            var sequence = Sequence().Match(_rest);
            if (sequence.Success)
            {
                Apply(sequence.Groups["kind"].Value, sequence.Groups["numbers"].Value);
                _rest = _rest[sequence.Length..];
            }
            else if (_rest[0] == '\e' && Incomplete().IsMatch(_rest))
            {
                return; // the rest of it is on its way
            }
            else
            {
                Write(_rest[0]);
                _rest = _rest[1..];
            }
        }
    }

    private static char[] Blank(int width) => [.. Enumerable.Repeat(' ', width)];

    private void Apply(string kind, string numbers)
    {
        int[] given =
        [
            .. numbers
                .TrimStart('?')
                .Split(';')
                .Select(static number => int.TryParse(number, CultureInfo.InvariantCulture, out var value) ? value : 0),
        ];
        var times = Math.Max(1, given[0]);
        switch (kind)
        {
            case "H":
                (_row, _column) = (Math.Max(0, given[0] - 1), given.Length > 1 ? Math.Max(0, given[1] - 1) : 0);
                break;
            case "K":
                Array.Fill(_grid[_row], ' ', _column, width - _column);
                break;
            case "J":
                Enumerable
                    .Range(given[0] == 2 ? 0 : _row, height - (given[0] == 2 ? 0 : _row))
                    .ToList()
                    .ForEach(row => _grid[row] = Blank(width));
                break;
            case "C":
                _column = Math.Min(width - 1, _column + times);
                break;
            case "D":
                _column = Math.Max(0, _column - times);
                break;
            case "P":
                _grid[_row] =
                [
                    .. _grid[_row][.._column],
                    .. _grid[_row][Math.Min(width, _column + times)..],
                    .. Blank(Math.Min(times, width - _column)),
                ];
                break;
        }
    }

    private void Write(char letter)
    {
        switch (letter)
        {
            case '\r':
                _column = 0;
                break;
            case '\n':
                NextRow();
                break;
            case '\b':
                _column = Math.Max(0, _column - 1);
                break;
            case >= ' ':
                if (_column == width)
                {
                    _column = 0;
                    NextRow();
                }

                _grid[_row][_column++] = letter;
                break;
        }
    }

    private void NextRow()
    {
        if (++_row < height)
        {
            return;
        }

        _row = height - 1;
        Array.Copy(_grid, 1, _grid, 0, height - 1);
        _grid[^1] = Blank(width);
    }

    [GeneratedRegex(
        @"^(\e\[(?<numbers>[?>=0-9;]*)(?<kind>[A-Za-z@`])|\e\][^\a]*\a|\e[=>]|\e\([A-Z0-9])",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Sequence();

    [GeneratedRegex(@"^\e(\[[?>=0-9;]*|\][^\a]{0,200}|\(?)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Incomplete();
}
