using Microsoft.Extensions.Configuration;
using Relay.Core.Configuration.Validation;

namespace Relay.Core.Configuration.Loading;

/// <summary>The whole way from files, environment and command line to options that can be relied on, or to everything that is wrong.</summary>
public sealed class ConfigurationLoader
{
    /// <summary>The one key at the top of a configuration file.</summary>
    public const string Root = "Relay";

    private const string EnvironmentSeparator = "__";

    private readonly RelayOptionsValidator _validator;

    /// <param name="strategies">Names of the strategies that a group may use.</param>
    public ConfigurationLoader(IReadOnlyCollection<string> strategies) => _validator = new RelayOptionsValidator(strategies);

    /// <summary>Never throws for what a configuration may hold.</summary>
    public ConfigurationResult Load(ConfigurationSources sources)
    {
        var errors = new List<ConfigurationError>();
        var file = sources.FindFile();
        var layers = ReadLayers(sources, file, errors);
        foreach (var (preset, keys) in PresetLayer.Of(layers.Build()))
        {
            layers.AddBelow(keys, $"preset {preset}");
        }

        var configuration = layers.Build();
        if (errors.Count > 0)
        {
            return new ConfigurationResult(null, file, errors); // what a broken file holds would only draw errors that are not there
        }

        RefuseOtherRoots(configuration, errors);
        var options = new OptionsReader(errors).Read(configuration.GetSection(Root));
        AddUnlessReported(errors, _validator.Validate(options));
        var folder = Path.GetDirectoryName(file) ?? sources.CurrentFolder;
        options = new FileReferences(folder, errors) { ReadsFiles = sources.ReadsFiles }.Resolve(options);
        return new ConfigurationResult(errors.Count == 0 ? options : null, file, errors) { Origins = layers.Origins };
    }

    private static ConfigurationLayers ReadLayers(ConfigurationSources sources, string? file, List<ConfigurationError> errors)
    {
        var layers = new ConfigurationLayers();
        if (sources.FileText is { } text)
        {
            layers.Add(ConfigurationFile.ReadText(text, errors), "file");
        }
        else if (file is not null)
        {
            layers.Add(ConfigurationFile.Read(file, errors), "file");
        }

        layers.Add(
            from variable in sources.Environment
            where variable.Key.StartsWith(Root + EnvironmentSeparator, StringComparison.OrdinalIgnoreCase)
            let key = variable.Key.Replace(EnvironmentSeparator, ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)
            select KeyValuePair.Create<string, string?>(key, variable.Value),
            "environment"
        );
        layers.Add(sources.CommandLine.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)), "command line");
        return layers;
    }

    private static void RefuseOtherRoots(IConfigurationRoot configuration, List<ConfigurationError> errors)
    {
        foreach (var section in configuration.GetChildren())
        {
            var isKnown = string.Equals(section.Key, Root, StringComparison.OrdinalIgnoreCase) || section.Key is "$schema";
            if (!isKnown)
            {
                errors.Add(new ConfigurationError(section.Path, $"unknown key; everything stands under {Root}"));
            }
        }
    }

    /// <summary>A value that could not be read left its default behind, whose own faults (a missing address) would only confuse.</summary>
    private static void AddUnlessReported(List<ConfigurationError> errors, IReadOnlyList<ConfigurationError> found)
    {
        var reported = errors.Select(error => error.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        errors.AddRange(found.Where(error => !reported.Contains(error.Key)));
    }
}

/// <summary>Options, or errors.</summary>
/// <param name="Options">Valid options; null when there are errors.</param>
/// <param name="File">Full path of the file that was read, null when there was none.</param>
/// <param name="Errors">Everything that is wrong.</param>
public sealed record ConfigurationResult(RelayOptions? Options, string? File, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>Where each key that is not left at its default comes from: <c>file</c>, <c>environment</c>, <c>command line</c> or <c>preset NAME</c>.</summary>
    public IReadOnlyDictionary<string, string> Origins { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
