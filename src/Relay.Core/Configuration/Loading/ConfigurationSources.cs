namespace Relay.Core.Configuration.Loading;

/// <summary>Where a configuration is read from, in rising order of authority: one file, the environment, the command line.</summary>
public sealed record ConfigurationSources
{
    /// <summary>The file looked for when none is named.</summary>
    public const string DefaultFileName = "appsettings.json";

    /// <summary>Named with <c>--config</c>; stands in place of appsettings.json.</summary>
    public string? File { get; init; }

    /// <summary>Stands in place of what the file holds: a dry run of a change. Null to read the file.</summary>
    public string? FileText { get; init; }

    /// <summary>Whether files that the configuration names are opened, to see that they can be used. Default: true.</summary>
    public bool ReadsFiles { get; init; } = true;

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

        var here = Path.Combine(CurrentFolder, DefaultFileName);
        return System.IO.File.Exists(here) ? here : BesideProgram();
    }

    /// <summary>What lies beside the program may be a link to where a package keeps configurations; relative paths start from there then.</summary>
    private string? BesideProgram()
    {
        var path = Path.Combine(ProgramFolder, DefaultFileName);
        if (!System.IO.File.Exists(path))
        {
            return null;
        }

        var file = System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return System.IO.File.Exists(file) ? file : null; // a link is there although what it leads to is not
    }
}
