using System.Reflection;

namespace Relay.Core.Configuration.Loading;

/// <summary>
/// The keys that a configuration may have, read off the option records, so that the records, the check for unknown keys and the
/// documentation cannot drift apart.
/// </summary>
internal abstract record OptionsSchema(Type Type)
{
    /// <summary>The schema of everything under the key <c>Relay</c>.</summary>
    public static OptionsSchema Relay { get; } = Of(typeof(RelayOptions));

    public static OptionsSchema Of(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition == typeof(IReadOnlyDictionary<,>))
        {
            return new MapSchema(Of(type.GenericTypeArguments[1]));
        }

        if (definition == typeof(IReadOnlyList<>))
        {
            return new ListSchema(Of(type.GenericTypeArguments[0]));
        }

        var scalar = Nullable.GetUnderlyingType(type) ?? type;
        return ScalarReader.CanRead(scalar) ? new ScalarSchema(scalar) : OfSection(type);
    }

    private static SectionSchema OfSection(Type type)
    {
        var properties =
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            where property.CanWrite
            select new OptionProperty(property, Of(property.PropertyType));
        return new SectionSchema(type, [.. properties]);
    }
}

/// <summary>A single value.</summary>
internal sealed record ScalarSchema(Type Type) : OptionsSchema(Type);

/// <summary>A record with a fixed set of keys.</summary>
internal sealed record SectionSchema(Type Type, IReadOnlyList<OptionProperty> Properties) : OptionsSchema(Type)
{
    /// <summary>The property of that name, as configuration compares names: without regard to case.</summary>
    public OptionProperty? Find(string name) =>
        Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Values in order.</summary>
internal sealed record ListSchema(OptionsSchema Element) : OptionsSchema(typeof(List<>).MakeGenericType(Element.Type));

/// <summary>Values by names that the operator chooses.</summary>
internal sealed record MapSchema(OptionsSchema Element)
    : OptionsSchema(typeof(Dictionary<,>).MakeGenericType(typeof(string), Element.Type));

/// <summary>One key of a section.</summary>
internal sealed record OptionProperty(PropertyInfo Property, OptionsSchema Schema)
{
    public string Name => Property.Name;
}
