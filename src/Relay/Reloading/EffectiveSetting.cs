namespace Relay.Reloading;

/// <summary>One key of the running configuration.</summary>
/// <param name="Key">The full key.</param>
/// <param name="Value">As it is in force, paths made whole; null when it is not set, and for every secret.</param>
/// <param name="Source"><c>file</c>, <c>environment</c>, <c>command line</c>, <c>preset NAME</c> or <c>default</c>.</param>
/// <param name="IsSecret">Its value is never shown.</param>
/// <param name="IsSet">It has a value.</param>
/// <param name="NeedsRestart">A change takes effect at the next start only.</param>
internal sealed record EffectiveSetting(string Key, string? Value, string Source, bool IsSecret, bool IsSet, bool NeedsRestart);
