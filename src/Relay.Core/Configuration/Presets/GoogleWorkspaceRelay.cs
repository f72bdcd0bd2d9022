namespace Relay.Core.Configuration.Presets;

/// <summary>The relay service of Google Workspace, which knows the organisation by its address or by a login (docs/providers.md).</summary>
internal static class GoogleWorkspaceRelay
{
    public static ProviderPreset Preset { get; } =
        new()
        {
            Address = "smtp-relay.gmail.com:587",
            Connections = 5,
            MessagesPerConnection = 100,
            RecipientsPerMessage = 100,
            TokenMechanism = "XOAUTH2",
            RecipientRates = ["10000/day"],
            Patterns =
            [
                new()
                {
                    Match = "^550 5\\.(4\\.5|7\\.1) daily smtp relay (sending )?limit exceeded",
                    Meaning = ThrottleMeaning.Quota,
                    Pause = TimeSpan.FromHours(1),
                },
                // For ten minutes, says Google, of all users of the organisation together.
                new() { Match = "^450 4\\.2\\.1 peak smtp relay limit exceeded", Pause = TimeSpan.FromMinutes(1) },
            ],
        };
}
