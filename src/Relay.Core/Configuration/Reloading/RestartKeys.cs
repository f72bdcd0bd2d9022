namespace Relay.Core.Configuration.Reloading;

/// <summary>The keys that a running Relay cannot change: what they decide was opened or sized once, at the start.</summary>
internal static class RestartKeys
{
    private static readonly string[] Keys =
    [
        "Relay:HostName",
        "Relay:Listeners",
        "Relay:Admin",
        "Relay:Log",
        "Relay:Spool",
        "Relay:Cluster",
        "Relay:Trail",
        "Relay:Telemetry",
        "Relay:Pickup",
        "Relay:Limits:MemoryForMessages",
        "Relay:Limits:TemporaryFolder",
    ];

    /// <summary>Whether a change of this key needs a restart.</summary>
    public static bool Holds(string changed) => Array.Exists(Keys, key => IsAtOrUnder(changed, key));

    /// <summary>An error for each change that needs a restart.</summary>
    public static IReadOnlyList<ConfigurationError> Refuse(IEnumerable<ConfigurationChange> changes) =>
        [
            .. changes
                .Where(change => Holds(change.Key))
                .Select(change => new ConfigurationError(change.Key, "a change of this key needs a restart")),
        ];

    private static bool IsAtOrUnder(string key, string parent) =>
        key.StartsWith(parent, StringComparison.OrdinalIgnoreCase) && (key.Length == parent.Length || key[parent.Length] == ':');
}
