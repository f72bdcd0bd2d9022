using Microsoft.Extensions.Configuration;

namespace Relay.Core.Configuration.Loading;

/// <summary>
/// Puts sources over one another. A list from a later source replaces the whole list: merged by index, as the framework does it, a
/// shorter <c>Access:Networks</c> would keep networks of the one below.
/// </summary>
internal sealed class ConfigurationLayers
{
    private readonly Dictionary<string, string?> _keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _origins = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where each key comes from, in words.</summary>
    public IReadOnlyDictionary<string, string> Origins => _origins;

    /// <summary>Puts <paramref name="layer"/> over what was added before.</summary>
    /// <param name="layer">Keys and values.</param>
    /// <param name="origin">Where they come from, in words.</param>
    public void Add(IEnumerable<KeyValuePair<string, string?>> layer, string origin)
    {
        var entries = layer.ToList();
        foreach (var list in entries.Select(entry => ListOf(entry.Key)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase))
        {
            Remove(list);
        }

        foreach (var (key, value) in entries)
        {
            _keys[key] = value;
            _origins[key] = origin;
        }
    }

    /// <summary>Puts <paramref name="layer"/> below what was added before: nothing that was written, an empty list and <c>null</c> included, is changed by it.</summary>
    /// <inheritdoc cref="Add"/>
    public void AddBelow(IEnumerable<KeyValuePair<string, string?>> layer, string origin)
    {
        var written = _keys.Keys.Select(key => ListOf(key) ?? key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in layer)
        {
            if (!written.Contains(ListOf(key) ?? key))
            {
                _keys[key] = value;
                _origins[key] = origin;
            }
        }
    }

    public IConfigurationRoot Build() => new ConfigurationBuilder().AddInMemoryCollection(_keys).Build();

    private void Remove(string list)
    {
        var inside = list + ConfigurationPath.KeyDelimiter;
        var replaced = _keys.Keys.Where(key =>
            key.StartsWith(inside, StringComparison.OrdinalIgnoreCase) || string.Equals(key, list, StringComparison.OrdinalIgnoreCase)
        );
        foreach (var key in replaced.ToList())
        {
            _keys.Remove(key);
            _origins.Remove(key);
        }
    }

    /// <summary>The key of the list that <paramref name="key"/> stands in, or null.</summary>
    private static string? ListOf(string key)
    {
        var segments = key.Split(ConfigurationPath.KeyDelimiter);
        var schema = OptionsSchema.Relay;
        for (var depth = 1; depth < segments.Length && schema is not null; depth++)
        {
            schema = schema switch
            {
                SectionSchema section => section.Find(segments[depth])?.Schema,
                MapSchema map => map.Element,
                _ => null,
            };
            if (schema is ListSchema)
            {
                return string.Join(ConfigurationPath.KeyDelimiter, segments[..(depth + 1)]);
            }
        }

        return null;
    }
}
