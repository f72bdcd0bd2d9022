using System.Collections.Concurrent;

namespace Relay.Core.Spool.Sqlite;

/// <summary>The statements, which are files beside this one.</summary>
internal static class SqlText
{
    private const string Prefix = "Relay.Core.Spool.Sqlite.sql.";
    private const string Suffix = ".sql";

    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    /// <summary>Numbered files, in order: each takes the schema one version further.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        .. typeof(SqlText)
            .Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal) && char.IsAsciiDigit(name[Prefix.Length]))
            .Order(StringComparer.Ordinal)
            .Select(static name => Of(name[Prefix.Length..^Suffix.Length])),
    ];

    public static string Of(string name) => Texts.GetOrAdd(name, Read);

    private static string Read(string name)
    {
        using var stream =
            typeof(SqlText).Assembly.GetManifestResourceStream(Prefix + name + Suffix)
            ?? throw new ArgumentException($"There is no statement {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
