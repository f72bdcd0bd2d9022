using System.Text.RegularExpressions;
using Relay.TestKit;

namespace Relay.Tests.Monitoring;

/// <summary>One row of docs/metrics.md.</summary>
internal sealed partial record MetricRow(string Name, string Kind, string Unit, IReadOnlyList<string> Labels)
{
    public static IReadOnlyList<MetricRow> Read() =>
        [
            .. Row()
                .Matches(File.ReadAllText(Repository.PathOf("docs/metrics.md")))
                .Select(static row => new MetricRow(
                    row.Groups["name"].Value,
                    row.Groups["kind"].Value,
                    row.Groups["unit"].Value.Trim(),
                    [.. Word().Matches(row.Groups["labels"].Value).Select(static label => label.Groups["word"].Value)]
                )),
        ];

    /// <summary>The names that its series have.</summary>
    public IEnumerable<string> Series => Kind == "histogram" ? [Name + "_bucket", Name + "_sum", Name + "_count"] : [Name];

    [GeneratedRegex(
        @"^\| `(?<name>relay_\w+)` \| (?<kind>counter|gauge|histogram) \|(?<unit>[^|]*)\|(?<labels>[^|]*)\|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Row();

    [GeneratedRegex("`(?<word>[a-z_]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
