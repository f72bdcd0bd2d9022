using System.Collections;
using System.Globalization;
using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;
using Relay.Core.Configuration.Presets;

namespace Relay.Cli;

/// <summary>The keys that a preset sets, with the values that are in force: its own, or what is written beside it. No secrets are among them.</summary>
internal static class PresetSettings
{
    private static readonly SectionSchema Schema = (SectionSchema)OptionsSchema.Of(typeof(UpstreamOptions));

    /// <param name="key">That of the upstream.</param>
    /// <param name="upstream">What is in force.</param>
    /// <param name="origins">Where each key comes from.</param>
    public static IReadOnlyList<SettingSummary> Of(string key, UpstreamOptions upstream, IReadOnlyDictionary<string, string> origins)
    {
        if (ProviderPresets.Find(upstream.Preset) is not { } preset)
        {
            return [];
        }

        return
        [
            .. preset
                .Keys(usesTokens: upstream.OAuth2 is not null)
                .Select(static setting => setting.Key.Split(':')[0])
                .Distinct(StringComparer.Ordinal)
                .Select(name => new SettingSummary(name, ValueOf(upstream, name), OriginOf($"{key}:{name}", origins))),
        ];
    }

    private static string ValueOf(UpstreamOptions upstream, string name) =>
        Schema.Find(name)?.Property.GetValue(upstream) switch
        {
            IEnumerable<string> words => Join(words),
            IEnumerable<ThrottlePatternOptions> patterns => Join(patterns.Select(Describe)),
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            IEnumerable list and not string => Join(list.Cast<object>().Select(static item => item.ToString() ?? "")),
            var other => other?.ToString() ?? "",
        };

    private static string Join(IEnumerable<string> words)
    {
        var text = string.Join(", ", words);
        return text.Length == 0 ? "none" : text;
    }

    private static string Describe(ThrottlePatternOptions pattern) =>
        pattern.Pause is { } pause
            ? string.Create(CultureInfo.InvariantCulture, $"{pattern.Meaning} at {pattern.Match} for {pause:c}")
            : $"{pattern.Meaning} at {pattern.Match}";

    /// <summary>A list comes from where its first entry does.</summary>
    private static string OriginOf(string key, IReadOnlyDictionary<string, string> origins) =>
        origins.GetValueOrDefault(key)
        ?? origins.FirstOrDefault(origin => origin.Key.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase)).Value
        ?? "default";
}
