using Microsoft.Extensions.Configuration;
using Relay.Core.Configuration.Presets;

namespace Relay.Core.Configuration.Loading;

/// <summary>The keys that the presets named in a configuration stand for.</summary>
internal static class PresetLayer
{
    /// <summary>Those of every upstream that names a preset. A name that is none is left to the reader of options, which says so.</summary>
    public static IEnumerable<(UpstreamPreset Preset, IEnumerable<KeyValuePair<string, string?>> Keys)> Of(IConfigurationRoot configuration)
    {
        var groups = configuration.GetSection(ConfigurationLoader.Root).GetSection(nameof(RelayOptions.Groups));
        return from @group in groups.GetChildren()
            from upstream in @group.GetSection(nameof(GroupOptions.Upstreams)).GetChildren()
            where Enum.TryParse<UpstreamPreset>(upstream[nameof(UpstreamOptions.Preset)], ignoreCase: true, out _)
            let name = Enum.Parse<UpstreamPreset>(upstream[nameof(UpstreamOptions.Preset)]!, ignoreCase: true)
            let preset = ProviderPresets.Find(name)
            where preset is not null
            select (name, KeysOf(upstream, preset));
    }

    private static IEnumerable<KeyValuePair<string, string?>> KeysOf(IConfigurationSection upstream, ProviderPreset preset)
    {
        var usesTokens = upstream.GetSection(nameof(UpstreamOptions.OAuth2)).GetChildren().Any();
        return preset
            .Keys(usesTokens)
            .Select(key => KeyValuePair.Create<string, string?>(ConfigurationPath.Combine(upstream.Path, key.Key), key.Value));
    }
}
