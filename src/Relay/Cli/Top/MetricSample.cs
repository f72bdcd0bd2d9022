using System.Globalization;

namespace Relay.Cli.Top;

/// <summary>One line of a page of metrics.</summary>
internal sealed record MetricSample(string Name, string Labels, double Value)
{
    /// <summary>Null for comments and what is no sample.</summary>
    public static MetricSample? Parse(string line)
    {
        var text = line.AsSpan().Trim();
        if (text.IsEmpty || text[0] == '#')
        {
            return null;
        }

        var (open, close) = (text.IndexOf('{'), text.LastIndexOf('}'));
        var nameEnd = open >= 0 ? open : text.IndexOf(' ');
        var rest =
            close >= 0 ? text[(close + 1)..].Trim()
            : nameEnd < 0 ? []
            : text[nameEnd..].Trim();
        var blank = rest.IndexOf(' '); // a time may stand behind the value
        var value = blank < 0 ? rest : rest[..blank];
        return nameEnd > 0 && close >= open && double.TryParse(value, CultureInfo.InvariantCulture, out var number)
            ? new MetricSample(text[..nameEnd].ToString(), open < 0 ? "" : text[(open + 1)..close].ToString(), number)
            : null;
    }

    /// <summary>Empty when it has no such label.</summary>
    public string Label(string name)
    {
        var begin = $",{Labels}".IndexOf($",{name}=\"", StringComparison.Ordinal);
        if (begin < 0)
        {
            return "";
        }

        var value = Labels[(begin + name.Length + 2)..];
        var end = value.IndexOf('"', StringComparison.Ordinal);
        return end < 0 ? value : value[..end];
    }
}
