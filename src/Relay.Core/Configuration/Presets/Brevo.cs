namespace Relay.Core.Configuration.Presets;

/// <summary>Brevo, once Sendinblue; what an account may send is a matter of its plan (docs/providers.md).</summary>
internal static class Brevo
{
    public static ProviderPreset Preset { get; } =
        new()
        {
            Address = "smtp-relay.brevo.com:587",
            Connections = 5,
            MessagesPerConnection = 100,
            Patterns =
            [
                new()
                {
                    Match = "^[45]\\d\\d .*(daily|hourly|sending) (limit|quota) (is |has been )?(exceeded|reached)",
                    Meaning = ThrottleMeaning.Quota,
                    Pause = TimeSpan.FromMinutes(10),
                },
            ],
        };
}
