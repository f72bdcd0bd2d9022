using Relay.Core.Configuration;
using Relay.Core.Configuration.Reloading;

namespace Relay.Reloading;

/// <summary>What became of a reload.</summary>
/// <param name="Applied">Whether the running configuration is the one that was read now.</param>
/// <param name="Revision">Of the running configuration: counts those that were applied, from 1.</param>
/// <param name="Changes">What the configuration that was read changes; empty when it is the running one.</param>
/// <param name="Errors">Why it was not applied: everything at once.</param>
internal sealed record ReloadResult(
    bool Applied,
    int Revision,
    IReadOnlyList<ConfigurationChange> Changes,
    IReadOnlyList<ConfigurationError> Errors
);
