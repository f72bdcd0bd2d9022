namespace Relay.Core.Configuration.Presets;

/// <summary>smtp.gmail.com as one user; the rates are those of an account without Workspace, whose 2000 a day have to be set beside it (docs/providers.md).</summary>
internal static class Gmail
{
    public static ProviderPreset Preset { get; } =
        new()
        {
            Address = "smtp.gmail.com:587",
            Connections = 3,
            MessagesPerConnection = 100,
            RecipientsPerMessage = 100,
            TokenMechanism = "XOAUTH2",
            RecipientRates = ["500/day"],
            Patterns =
            [
                new()
                {
                    Match = "^550 5\\.4\\.5 .*daily",
                    Meaning = ThrottleMeaning.Quota,
                    Pause = TimeSpan.FromHours(1),
                },
                new()
                {
                    Match = "^4\\d\\d 4\\.7\\.0 too many login attempts",
                    Meaning = ThrottleMeaning.LoginThrottle,
                    Pause = TimeSpan.FromMinutes(10),
                },
            ],
        };
}
