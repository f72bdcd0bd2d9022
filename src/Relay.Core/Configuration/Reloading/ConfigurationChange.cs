using System.Text.Json.Serialization;

namespace Relay.Core.Configuration.Reloading;

/// <summary>One difference between two configurations.</summary>
/// <param name="Key">The full key: <c>Relay:Groups:default:Upstreams:a:Weight</c>.</param>
/// <param name="Kind">Whether it is new, gone or another value.</param>
/// <param name="Before">The value before; null when there was none, or when it is secret.</param>
/// <param name="After">The value after; null when there is none, or when it is secret.</param>
public sealed record ConfigurationChange(string Key, ConfigurationChangeKind Kind, string? Before = null, string? After = null)
{
    /// <summary>One line for the log and the command line.</summary>
    public override string ToString() =>
        Kind switch
        {
            ConfigurationChangeKind.Added => $"+ {Key}{(After is null ? "" : $" = {After}")}",
            ConfigurationChangeKind.Removed => $"- {Key}{(Before is null ? "" : $" = {Before}")}",
            _ when Before is null && After is null => $"~ {Key}",
            _ => $"~ {Key}: {Before ?? "not set"} -> {After ?? "not set"}",
        };
}

/// <summary>What happened to a key.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConfigurationChangeKind>))]
public enum ConfigurationChangeKind
{
    Added,
    Removed,
    Changed,
}
