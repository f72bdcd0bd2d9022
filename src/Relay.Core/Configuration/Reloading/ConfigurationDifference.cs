using System.Collections;
using System.Globalization;
using Relay.Core.Configuration.Loading;

namespace Relay.Core.Configuration.Reloading;

/// <summary>Says how two configurations differ, key by key. Names of groups, upstreams and the like that came or went are one difference each. Pure.</summary>
internal sealed class ConfigurationDifference
{
    private readonly List<ConfigurationChange> _changes = [];

    private ConfigurationDifference() { }

    public static IReadOnlyList<ConfigurationChange> Between(RelayOptions before, RelayOptions after)
    {
        var difference = new ConfigurationDifference();
        difference.Compare(ConfigurationLoader.Root, OptionsSchema.Relay, before, after, isSecret: false);
        return difference._changes;
    }

    private void Compare(string key, OptionsSchema schema, object? before, object? after, bool isSecret)
    {
        switch (schema)
        {
            case SectionSchema section when before is not null && after is not null:
                foreach (var option in section.Properties)
                {
                    var property = option.Property;
                    var isHidden = property.IsDefined(typeof(SecretAttribute), inherit: false);
                    Compare($"{key}:{option.Name}", option.Schema, property.GetValue(before), property.GetValue(after), isHidden);
                }

                break;
            case MapSchema map:
                CompareNames(key, map.Element, Names(before), Names(after));
                break;
            default:
                CompareText(key, Text(before), Text(after), isSecret);
                break;
        }
    }

    private void CompareNames(string key, OptionsSchema element, Dictionary<string, object?> before, Dictionary<string, object?> after)
    {
        foreach (var name in before.Keys.Union(after.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
        {
            var (was, isThere) = (before.TryGetValue(name, out var old), after.TryGetValue(name, out var now));
            if (was && isThere)
            {
                Compare($"{key}:{name}", element, old, now, isSecret: false);
            }
            else
            {
                _changes.Add(new($"{key}:{name}", isThere ? ConfigurationChangeKind.Added : ConfigurationChangeKind.Removed));
            }
        }
    }

    private void CompareText(string key, string? before, string? after, bool isSecret)
    {
        if (!string.Equals(before, after, StringComparison.Ordinal))
        {
            _changes.Add(new(key, ConfigurationChangeKind.Changed, isSecret ? null : before, isSecret ? null : after));
        }
    }

    private static Dictionary<string, object?> Names(object? map)
    {
        var names = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in (IEnumerable?)map ?? Array.Empty<object>())
        {
            var type = entry.GetType();
            names.Add((string)type.GetProperty("Key")!.GetValue(entry)!, type.GetProperty("Value")!.GetValue(entry));
        }

        return names;
    }

    private static string? Text(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]",
            RouteOptions or CertificateOptions or FaultOptions => Describe(value),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    private static string Describe(object element)
    {
        var given =
            from option in ((SectionSchema)OptionsSchema.Of(element.GetType())).Properties
            let value = Text(option.Property.GetValue(element))
            where value is not null
            select $"{option.Name}: {(option.Property.IsDefined(typeof(SecretAttribute), inherit: false) ? Disguised(value) : value)}";
        return $"{{ {string.Join(", ", given)} }}";
    }

    /// <summary>Shows that a secret has changed, and nothing of it: the hash is salted anew in each process.</summary>
    private static string Disguised(string secret) =>
        string.Create(CultureInfo.InvariantCulture, $"(secret {secret.GetHashCode(StringComparison.Ordinal):x8})");
}
