namespace Relay.Core.Configuration.Presets;

/// <summary>Twilio SendGrid; what an account may send is a matter of its plan (docs/providers.md).</summary>
internal static class SendGrid
{
    public static ProviderPreset Preset { get; } =
        new()
        {
            Address = "smtp.sendgrid.net:587",
            Connections = 10,
            MessagesPerConnection = 100,
            Patterns =
            [
                // Said to AUTH: the credits of the day or of the month are used up.
                new()
                {
                    Match = "^45\\d .*(maximum credits exceeded|exceeded your messaging limits)",
                    Meaning = ThrottleMeaning.Quota,
                    Pause = TimeSpan.FromMinutes(30),
                },
            ],
        };
}
