using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Relay.Core.Configuration.Loading;
using Relay.TestKit;

namespace Relay.Tests.Configuration;

/// <summary>docs/configuration.md holds every key there is, no other, and the defaults that the records have.</summary>
public sealed partial class ConfigurationDocumentTests
{
    private const string None = "–";

    /// <summary>Defaults that differ from machine to machine.</summary>
    private static readonly Dictionary<string, string> OfTheMachine = new(StringComparer.Ordinal)
    {
        ["Relay:HostName"] = "the machine's name",
        ["Relay:Cluster:NodeName"] = "the machine's name",
        ["Relay:Limits:TemporaryFolder"] = "the system's",
    };

    private static readonly Dictionary<string, string> Documented = ReadDocument();
    private static readonly Dictionary<string, string> Existing = Leaves("Relay", OptionsSchema.Relay, null)
        .ToDictionary(leaf => leaf.Key, leaf => leaf.Default, StringComparer.Ordinal);

    [Test]
    public void Every_key_is_documented() => Assert.That(Existing.Keys.Except(Documented.Keys, StringComparer.Ordinal), Is.Empty);

    [Test]
    public void Every_documented_key_exists() => Assert.That(Documented.Keys.Except(Existing.Keys, StringComparer.Ordinal), Is.Empty);

    [TestCaseSource(nameof(Keys))]
    public void A_documented_default_is_the_real_one(string key)
    {
        var expected = OfTheMachine.GetValueOrDefault(key, Existing[key]);

        Assert.That(Documented.GetValueOrDefault(key), Is.EqualTo(expected));
    }

    private static string[] Keys() => [.. Existing.Keys];

    /// <summary>Rows of the form <c>| `Relay:Key` | `default` | …</c>.</summary>
    private static Dictionary<string, string> ReadDocument() =>
        Row()
            .Matches(File.ReadAllText(Repository.PathOf("docs/configuration.md")))
            .ToDictionary(row => row.Groups["key"].Value, row => row.Groups["default"].Value.Trim().Trim('`'), StringComparer.Ordinal);

    /// <summary>The keys that hold values; NAME stands for names the operator chooses, N for a place in a list.</summary>
    private static IEnumerable<(string Key, string Default)> Leaves(string key, OptionsSchema schema, object? value) =>
        schema switch
        {
            SectionSchema section => LeavesOf(key, section),
            MapSchema map => Leaves($"{key}:NAME", map.Element, null),
            ListSchema { Element: SectionSchema element } => Leaves($"{key}:N", element, null),
            _ => [(key, Format(value))],
        };

    private static IEnumerable<(string Key, string Default)> LeavesOf(string key, SectionSchema section)
    {
        var defaults = Activator.CreateInstance(section.Type);
        return section.Properties.SelectMany(property =>
            Leaves($"{key}:{property.Name}", property.Schema, property.Property.GetValue(defaults))
        );
    }

    private static string Format(object? value) =>
        value switch
        {
            null or "" => None,
            string text => text,
            bool flag => flag ? "true" : "false",
            TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
            ICollection { Count: 0 } => None,
            IEnumerable list => string.Join(", ", list.Cast<object>()),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    [GeneratedRegex(@"^\| `(?<key>Relay:[\w:]+)` \| (?<default>[^|]*) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
