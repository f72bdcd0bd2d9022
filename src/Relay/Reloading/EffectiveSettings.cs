using System.Collections;
using System.Globalization;
using System.Reflection;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.Core.Configuration.Reloading;
using Relay.Core.Upstreams;

namespace Relay.Reloading;

/// <summary>The running configuration key by key, with what was left at its default, and where each value comes from. No secret is in it.</summary>
internal sealed class EffectiveSettings(TopologyManager topology, ConfigurationSource? source = null)
{
    /// <summary>Full path of the file; null when there is none.</summary>
    public string? File => source?.File;

    public int Revision => topology.Current.Revision;

    public IReadOnlyList<EffectiveSetting> All() =>
        [.. Walk(ConfigurationLoader.Root, OptionsSchema.Relay, topology.Current.Options, isSecret: false)];

    private IEnumerable<EffectiveSetting> Walk(string key, OptionsSchema schema, object? value, bool isSecret) =>
        (schema, value) switch
        {
            (SectionSchema section, { } record) => section.Properties.SelectMany(option =>
                Walk($"{key}:{option.Name}", option.Schema, option.Property.GetValue(record), IsSecret(option.Property))
            ),
            (MapSchema map, IEnumerable names) => Entries(names)
                .OrderBy(static entry => entry.Name, StringComparer.OrdinalIgnoreCase)
                .SelectMany(entry => Walk($"{key}:{entry.Name}", map.Element, entry.Value, isSecret: false)),
            (ListSchema { Element: SectionSchema element }, IEnumerable items) when items.Cast<object?>().Any() => items
                .Cast<object?>()
                .SelectMany(
                    (item, index) => Walk(string.Create(CultureInfo.InvariantCulture, $"{key}:{index}"), element, item, isSecret: false)
                ),
            _ => [Setting(key, Text(value), isSecret)],
        };

    private EffectiveSetting Setting(string key, string? text, bool isSecret) =>
        new(key, isSecret ? null : text, SourceOf(key), isSecret, !string.IsNullOrEmpty(text), RestartKeys.Holds(key));

    /// <summary>A list has a key for each of its items.</summary>
    private string SourceOf(string key)
    {
        if (source is null)
        {
            return "default";
        }

        var inside = key + ":";
        return source.Origins.GetValueOrDefault(key)
            ?? source.Origins.FirstOrDefault(origin => origin.Key.StartsWith(inside, StringComparison.OrdinalIgnoreCase)).Value
            ?? "default";
    }

    private static IEnumerable<(string Name, object? Value)> Entries(IEnumerable map)
    {
        foreach (var entry in map)
        {
            var type = entry.GetType();
            yield return ((string)type.GetProperty("Key")!.GetValue(entry)!, type.GetProperty("Value")!.GetValue(entry));
        }
    }

    private static bool IsSecret(PropertyInfo property) => property.IsDefined(typeof(SecretAttribute), inherit: false);

    private static string? Text(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            bool flag => flag ? "true" : "false",
            TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
            IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
}
