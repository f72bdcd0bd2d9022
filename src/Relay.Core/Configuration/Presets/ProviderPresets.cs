using System.Collections.Frozen;

namespace Relay.Core.Configuration.Presets;

/// <summary>All presets by name, one file each.</summary>
internal static class ProviderPresets
{
    private static readonly FrozenDictionary<UpstreamPreset, ProviderPreset> All = new Dictionary<UpstreamPreset, ProviderPreset>
    {
        [UpstreamPreset.Office365] = Office365.Preset,
        [UpstreamPreset.Gmail] = Gmail.Preset,
        [UpstreamPreset.GoogleWorkspaceRelay] = GoogleWorkspaceRelay.Preset,
        [UpstreamPreset.AmazonSes] = AmazonSes.Preset,
        [UpstreamPreset.SendGrid] = SendGrid.Preset,
        [UpstreamPreset.Mailgun] = Mailgun.Preset,
        [UpstreamPreset.Postmark] = Postmark.Preset,
        [UpstreamPreset.Brevo] = Brevo.Preset,
    }.ToFrozenDictionary();

    /// <summary>Null for <see cref="UpstreamPreset.None"/>.</summary>
    public static ProviderPreset? Find(UpstreamPreset preset) => All.GetValueOrDefault(preset);
}
