using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Relay.Core.Configuration.Loading;

/// <summary>Makes values of what a configuration wrote, or says what should have been written.</summary>
internal static class ScalarReader
{
    public static bool CanRead(Type type) =>
        type.IsEnum
        || type == typeof(string)
        || type == typeof(bool)
        || type == typeof(int)
        || type == typeof(long)
        || type == typeof(double)
        || type == typeof(TimeSpan);

    /// <summary>Reads <paramref name="text"/> as <paramref name="type"/>; on failure <paramref name="error"/> says why.</summary>
    public static bool TryRead(Type type, string text, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? error)
    {
        value =
            type == typeof(string) ? text
            : type == typeof(bool) ? ReadBoolean(text)
            : type == typeof(int) ? ReadInteger(text)
            : type == typeof(long) ? ReadLong(text)
            : type == typeof(double) ? ReadNumber(text)
            : type == typeof(TimeSpan) ? ReadTime(text)
            : ReadName(type, text);
        error = value is null ? $"\"{text}\" is not {Describe(type, text)}" : null;
        return value is not null;
    }

    private static bool? ReadBoolean(string text) => bool.TryParse(text, out var value) ? value : null;

    private static int? ReadInteger(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? ReadLong(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double? ReadNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static TimeSpan? ReadTime(string text)
    {
        // TimeSpan reads "15" as fifteen days and "0:15" as fifteen minutes; whoever writes that means seconds.
        var isWhole = text.Count(character => character == ':') == 2;
        return isWhole && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private static object? ReadName(Type type, string text)
    {
        // Enum.Parse would take numbers and lists of names too.
        var name = Enum.GetNames(type).FirstOrDefault(name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase));
        return name is null ? null : Enum.Parse(type, name);
    }

    private static string Describe(Type type, string text)
    {
        if (type.IsEnum)
        {
            var names = Enum.GetNames(type);
            return $"one of {string.Join(", ", names)}{NameSuggestion.For(text, names)}";
        }

        return type == typeof(bool) ? "true or false"
            : type == typeof(TimeSpan) ? "a time: write hours:minutes:seconds, as in 00:00:15"
            : type == typeof(int) ? $"a whole number of at most {int.MaxValue}"
            : type == typeof(long) ? "a whole number"
            : "a number";
    }
}
