using System.Globalization;
using Relay.TestKit;

namespace Relay.Tests.Deployment.Fronts;

/// <summary>deploy/haproxy/haproxy.cfg as sections of lines; whether HAProxy itself takes it is seen in the scenario tests.</summary>
internal sealed class HaproxyFile
{
    private static readonly string[] Kinds = ["global", "defaults", "frontend", "backend"];

    private readonly Dictionary<string, List<string[]>> _sections = new(StringComparer.Ordinal);

    private HaproxyFile() { }

    /// <summary>Names of sections, such as <c>backend smtp</c>.</summary>
    public IEnumerable<string> Sections => _sections.Keys;

    public static HaproxyFile Read()
    {
        var file = new HaproxyFile();
        List<string[]> section = [];
        foreach (var line in File.ReadLines(Repository.PathOf("deploy/haproxy/haproxy.cfg")))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (Kinds.Contains(words[0], StringComparer.Ordinal))
            {
                section = file._sections[string.Join(' ', words)] = [];
            }
            else
            {
                section.Add(words);
            }
        }

        return file;
    }

    /// <summary>What follows a keyword in a section, line by line.</summary>
    public IEnumerable<string> Values(string section, string keyword)
    {
        var words = keyword.Split(' ');
        return _sections[section]
            .Where(line => line.Take(words.Length).SequenceEqual(words, StringComparer.Ordinal))
            .Select(line => string.Join(' ', line[words.Length..]));
    }

    /// <summary>Addresses of the servers of a backend.</summary>
    public IEnumerable<string> Servers(string backend) =>
        Values($"backend {backend}", "server").Select(static value => value.Split(' ')[1]);

    /// <summary>A time in the words of HAProxy: <c>2s</c>, <c>6m</c>, <c>500ms</c>.</summary>
    public static TimeSpan Time(string text)
    {
        var unit = text.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var number = double.Parse(text.AsSpan(0, text.Length - unit.Length), CultureInfo.InvariantCulture);
        return unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            _ => throw new FormatException($"'{text}' is no time that the sample uses."),
        };
    }
}
