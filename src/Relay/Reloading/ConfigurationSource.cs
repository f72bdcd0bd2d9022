using Relay.Core.Configuration.Loading;

namespace Relay.Reloading;

/// <summary>Reads the configuration again, from the same file, environment and command line as at the start.</summary>
/// <param name="File">Full path of the file, null when there is none.</param>
/// <param name="Load">Reads and validates.</param>
internal sealed record ConfigurationSource(string? File, Func<ConfigurationResult> Load);
