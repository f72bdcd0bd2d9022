namespace Relay.Core.Configuration.Presets;

/// <summary>Postmark's transactional stream; smtp-broadcasts.postmarkapp.com:587 has to be set beside it for bulk mail (docs/providers.md).</summary>
internal static class Postmark
{
    public static ProviderPreset Preset { get; } =
        new()
        {
            Address = "smtp.postmarkapp.com:587",
            Connections = 10,
            MessagesPerConnection = 100,
            RecipientsPerMessage = 50,
        };
}
