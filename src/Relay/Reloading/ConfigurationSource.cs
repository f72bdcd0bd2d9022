using Relay.Core.Configuration.Loading;

namespace Relay.Reloading;

/// <summary>Reads the configuration again, from the same file, environment and command line as at the start.</summary>
/// <param name="File">Full path of the file, null when there is none.</param>
/// <param name="Load">Reads and validates.</param>
internal sealed record ConfigurationSource(string? File, Func<ConfigurationResult> Load)
{
    /// <summary>Validates a text as if the file held it; null where that is not possible. Files that it names are opened only if the second argument says so.</summary>
    public Func<string, bool, ConfigurationResult>? Check { get; init; }

    /// <summary>Where each key of the running configuration comes from; see <see cref="ConfigurationResult.Origins"/>.</summary>
    public IReadOnlyDictionary<string, string> Origins { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
