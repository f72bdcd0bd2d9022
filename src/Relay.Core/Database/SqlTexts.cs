using System.Collections.Concurrent;

namespace Relay.Core.Database;

/// <summary>The statements of one folder, which are files of the assembly.</summary>
/// <param name="folder">As a namespace: <c>Relay.Core.Database</c>; they lie in its folder <c>sql</c>.</param>
internal sealed class SqlTexts(string folder)
{
    private const string Suffix = ".sql";

    private readonly string _prefix = folder + ".sql.";
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    public string this[string name] => _texts.GetOrAdd(name, Read);

    /// <summary>Names of the numbered files, in order.</summary>
    public IReadOnlyList<string> Numbered =>
        [
            .. typeof(SqlTexts)
                .Assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(_prefix, StringComparison.Ordinal) && char.IsAsciiDigit(name[_prefix.Length]))
                .Select(name => name[_prefix.Length..^Suffix.Length])
                .Order(StringComparer.Ordinal),
        ];

    private string Read(string name)
    {
        using var stream =
            typeof(SqlTexts).Assembly.GetManifestResourceStream(_prefix + name + Suffix)
            ?? throw new ArgumentException($"There is no statement {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
