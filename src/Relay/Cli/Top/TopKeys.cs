using System.Globalization;
using Relay.Core.Upstreams;

namespace Relay.Cli.Top;

/// <summary>What keys mean: which upstream is chosen, how the table is sorted, and what is being asked. Knows no terminal and no relay.</summary>
internal sealed class TopKeys
{
    private const int LongestNumber = 4;

    private string? _chosen;
    private string? _number;
    private TopAction? _asked;

    public bool IsOver { get; private set; }

    public RowOrder Order { get; private set; }

    /// <summary>What came of the last action; empty when there is nothing to say.</summary>
    public string Note { get; set; } = "";

    /// <summary>A question that waits for an answer; null when there is none.</summary>
    public string? Question =>
        _asked is { } action ? $"{action.Words}? y/n"
        : _number is not null
            ? $"new weight of {_chosen} ({UpstreamServer.LeastWeight} to {UpstreamServer.MostWeight}, Esc for none): {_number}_"
        : null;

    /// <summary>The row that is chosen: the first where none was, or it has gone.</summary>
    public int IndexIn(IReadOnlyList<UpstreamRow> rows)
    {
        for (var index = 0; index < rows.Count; index++)
        {
            if (rows[index].Key == _chosen)
            {
                return index;
            }
        }

        return 0;
    }

    /// <returns>What is to be done now; null mostly.</returns>
    public TopAction? Press(ConsoleKeyInfo key, IReadOnlyList<UpstreamRow> rows)
    {
        Note = "";
        if (_asked is { } action)
        {
            _asked = null;
            return char.ToUpperInvariant(key.KeyChar) == 'Y' ? action : null;
        }

        if (_number is not null)
        {
            Type(key, rows);
            return null;
        }

        return Command(key, rows);
    }

    private TopAction? Command(ConsoleKeyInfo key, IReadOnlyList<UpstreamRow> rows)
    {
        var chosen = rows.Count == 0 ? null : rows[IndexIn(rows)].Item;
        switch (key)
        {
            case { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' }:
                Move(rows, -1);
                break;
            case { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' }:
                Move(rows, 1);
                break;
            case { KeyChar: 'q' or 'Q' }:
                IsOver = true;
                break;
            case { KeyChar: 's' or 'S' }:
                Order = (RowOrder)(((int)Order + 1) % Enum.GetValues<RowOrder>().Length);
                break;
            case { KeyChar: 'd' or 'D' } when chosen is not null:
                _asked = new TopAction("drain", chosen);
                break;
            case { KeyChar: 'r' or 'R' } when chosen is not null:
                return new TopAction("resume", chosen);
            case { KeyChar: 'w' or 'W' } when chosen is not null:
                (_chosen, _number) = (UpstreamRow.KeyOf(chosen), "");
                break;
        }

        return null;
    }

    private void Move(IReadOnlyList<UpstreamRow> rows, int by)
    {
        if (rows.Count > 0)
        {
            _chosen = rows[Math.Clamp(IndexIn(rows) + by, 0, rows.Count - 1)].Key;
        }
    }

    private void Type(ConsoleKeyInfo key, IReadOnlyList<UpstreamRow> rows)
    {
        var number = _number ?? "";
        if (char.IsAsciiDigit(key.KeyChar))
        {
            _number = number.Length < LongestNumber ? number + key.KeyChar : number;
        }
        else if (key.Key == ConsoleKey.Backspace)
        {
            _number = number[..Math.Max(0, number.Length - 1)];
        }
        else if (key.Key == ConsoleKey.Enter)
        {
            Ask(rows);
        }
        else if (key.Key == ConsoleKey.Escape || key.KeyChar is 'q' or 'Q')
        {
            _number = null;
        }
    }

    private void Ask(IReadOnlyList<UpstreamRow> rows)
    {
        var isWeight =
            int.TryParse(_number, CultureInfo.InvariantCulture, out var weight)
            && weight is >= UpstreamServer.LeastWeight and <= UpstreamServer.MostWeight;
        _number = null;
        if (!isWeight)
        {
            Note = $"a weight is {UpstreamServer.LeastWeight} to {UpstreamServer.MostWeight}; nothing was changed";
        }
        else if (rows.Count > 0)
        {
            _asked = new TopAction("weight", rows[IndexIn(rows)].Item, weight);
        }
    }
}
