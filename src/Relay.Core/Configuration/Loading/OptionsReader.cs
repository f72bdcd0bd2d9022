using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Relay.Core.Configuration.Loading;

/// <summary>
/// Makes option records of a key tree and gathers everything that is wrong with it: unknown keys, values of the wrong kind.
/// Not the framework's binder, which appends to a list's default (a configured <c>Access:Networks</c> would keep loopback), makes
/// names case-sensitive and stops at the first bad value.
/// </summary>
internal sealed class OptionsReader(ICollection<ConfigurationError> errors)
{
    public RelayOptions Read(IConfigurationSection relay) => (RelayOptions?)Read(OptionsSchema.Relay, relay) ?? new RelayOptions();

    /// <summary>Null when the key says nothing, or nothing valid: the default stays.</summary>
    private object? Read(OptionsSchema schema, IConfigurationSection section) =>
        schema switch
        {
            ScalarSchema scalar => ReadScalar(scalar, section),
            SectionSchema record => ReadSection(record, section),
            ListSchema list => ReadList(list, section),
            MapSchema map => ReadMap(map, section),
            _ => throw new ArgumentException($"Unknown schema {schema.GetType()}.", nameof(schema)),
        };

    private object? ReadScalar(ScalarSchema schema, IConfigurationSection section)
    {
        if (section.GetChildren().Any())
        {
            Report(section, "a section or list stands where a single value belongs");
            return null;
        }

        if (section.Value is not { } text)
        {
            return null;
        }

        if (!ScalarReader.TryRead(schema.Type, text, out var value, out var error))
        {
            Report(section, error);
        }

        return value;
    }

    private object ReadSection(SectionSchema schema, IConfigurationSection section)
    {
        RefuseValue(section, "a section belongs: { … }");
        var record = Activator.CreateInstance(schema.Type)!;
        foreach (var child in section.GetChildren())
        {
            if (schema.Find(child.Key) is not { } property)
            {
                Report(child, UnknownKey(child.Key, schema));
            }
            else if (Read(property.Schema, child) is { } value)
            {
                property.Property.SetValue(record, value);
            }
        }

        return record;
    }

    private IList? ReadList(ListSchema schema, IConfigurationSection section)
    {
        RefuseValue(section, "a list belongs: [ … ]");
        if (section.Value is null && !section.GetChildren().Any())
        {
            return null;
        }

        var list = (IList)Activator.CreateInstance(schema.Type)!;
        foreach (var child in section.GetChildren())
        {
            if (!int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                Report(child, "this is a list; its keys are 0, 1, 2 …");
            }
            else if (Read(schema.Element, child) is { } value)
            {
                list.Add(value);
            }
        }

        return list;
    }

    private IDictionary ReadMap(MapSchema schema, IConfigurationSection section)
    {
        RefuseValue(section, "a section with names belongs: { \"name\": { … } }");
        var map = (IDictionary)Activator.CreateInstance(schema.Type, StringComparer.OrdinalIgnoreCase)!;
        foreach (var child in section.GetChildren())
        {
            if (Read(schema.Element, child) is { } value)
            {
                map[child.Key] = value;
            }
        }

        return map;
    }

    private void RefuseValue(IConfigurationSection section, string expected)
    {
        // An empty list or section of a JSON file comes as an empty text.
        if (!string.IsNullOrEmpty(section.Value))
        {
            Report(section, $"a single value stands where {expected}");
        }
    }

    private void Report(IConfigurationSection section, string text) => errors.Add(new ConfigurationError(section.Path, text));

    private static string UnknownKey(string key, SectionSchema schema)
    {
        var names = schema.Properties.Select(property => property.Name).ToList();
        var suggestion = NameSuggestion.For(key, names);
        return suggestion.Length > 0 ? $"unknown key{suggestion}" : $"unknown key; known here are {string.Join(", ", names)}";
    }
}
