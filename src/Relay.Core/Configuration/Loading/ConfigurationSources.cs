namespace Relay.Core.Configuration.Loading;

/// <summary>Where a configuration is read from, in rising order of authority: one file, the environment, the command line.</summary>
public sealed record ConfigurationSources
{
    /// <summary>The file looked for when none is named.</summary>
    public const string DefaultFileName = "appsettings.json";

    /// <summary>Named with <c>--config</c>; stands in place of appsettings.json.</summary>
    public string? File { get; init; }

    /// <summary>Where appsettings.json is looked for first, and what a relative <see cref="File"/> starts from.</summary>
    public required string CurrentFolder { get; init; }

    /// <summary>Where appsettings.json is looked for next.</summary>
    public required string ProgramFolder { get; init; }

    /// <summary>Environment variables; those that begin with <c>Relay__</c> count, <c>__</c> standing for the colon.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Full keys and values of the command line.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CommandLine { get; init; } = [];

    /// <summary>The file to read: the named one whether or not it exists, else an existing appsettings.json, else null.</summary>
    public string? FindFile()
    {
        if (File is not null)
        {
            return Path.GetFullPath(File, CurrentFolder);
        }

        string[] candidates = [Path.Combine(CurrentFolder, DefaultFileName), Path.Combine(ProgramFolder, DefaultFileName)];
        return candidates.FirstOrDefault(System.IO.File.Exists);
    }
}
