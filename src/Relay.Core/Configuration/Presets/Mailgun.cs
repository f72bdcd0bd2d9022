namespace Relay.Core.Configuration.Presets;

/// <summary>Mailgun in its American region; smtp.eu.mailgun.org:587 has to be set beside it for the European one (docs/providers.md).</summary>
internal static class Mailgun
{
    public static ProviderPreset Preset { get; } =
        new()
        {
            Address = "smtp.mailgun.org:587",
            Connections = 10,
            MessagesPerConnection = 100,
            Patterns =
            [
                new()
                {
                    Match = "^[45]\\d\\d .*(domain|account) .*(sending|recipient) limit",
                    Meaning = ThrottleMeaning.Quota,
                    Pause = TimeSpan.FromMinutes(10),
                },
            ],
        };
}
