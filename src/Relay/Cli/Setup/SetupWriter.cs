using Relay.Core.Configuration.Loading;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Cli.Setup;

/// <summary>Puts a draft on the disk: passwords into files that nobody else may read, and the configuration when the loader finds nothing wrong with it.</summary>
/// <param name="context">For what is wrong.</param>
/// <param name="file">Full path of the configuration.</param>
/// <param name="force">Replaces what is there.</param>
internal sealed class SetupWriter(CommandContext context, string file, bool force)
{
    private const string SecretsFolder = "secrets";

    private readonly string _folder = Path.GetDirectoryName(file)!;
    private readonly Dictionary<string, string> _typed = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Decides where each password lies.</summary>
    /// <returns>The paths as the configuration names them, by the names of the servers.</returns>
    public IReadOnlyDictionary<string, string> KeepPasswords(IReadOnlyList<ServerDraft> servers)
    {
        var paths = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        servers
            .Select(static server => server.PasswordFile)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToList()
            .ForEach(WarnIfReadable);
        foreach (var server in servers.Where(static server => server.UserName is not null))
        {
            if (server.PasswordFile is { } given)
            {
                var relative = Path.GetRelativePath(_folder, given);
                paths[server.Name] = relative.StartsWith("..", StringComparison.Ordinal) ? given : relative;
            }
            else
            {
                paths[server.Name] = $"{SecretsFolder}/{server.Name}";
                _typed[Path.Combine(_folder, SecretsFolder, server.Name)] = server.Password ?? "";
            }
        }

        return paths;
    }

    /// <returns>False when the draft is wrong: all errors were told, and nothing was written.</returns>
    /// <exception cref="IOException">A file is there already, or cannot be written.</exception>
    public bool Write(ConfigurationDraft draft)
    {
        var files = new NewFiles(force);
        try
        {
            foreach (var (path, password) in _typed)
            {
                files.WriteSecret(path, password);
            }
        }
        catch
        {
            files.TakeBack();
            throw;
        }

        return files.Write(file, draft.ToText(Path.GetFileName(file)), IsValid);
    }

    private bool IsValid(string part)
    {
        // As it will be read by itself: a variable of this shell does not make it valid.
        var sources = new ConfigurationSources
        {
            File = part,
            CurrentFolder = context.Sources.CurrentFolder,
            ProgramFolder = context.Sources.ProgramFolder,
        };
        var result = new ConfigurationLoader(StrategyRegistry.Names).Load(sources);
        if (result.Errors.Count > 0)
        {
            ConfigurationOutput.WriteErrors(context.Error, result with { File = file });
            context.Error.WriteLine("relay: nothing was written");
        }

        return result.Errors.Count == 0;
    }

    private void WarnIfReadable(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            context.Error.WriteLine($"{path} may be read by others: chmod 600 it");
        }
    }
}
