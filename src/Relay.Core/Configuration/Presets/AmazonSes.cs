namespace Relay.Core.Configuration.Presets;

/// <summary>The SMTP interface of Amazon SES; region and rates are those of an account out of the sandbox, and yours have to be set beside it (docs/providers.md).</summary>
internal static class AmazonSes
{
    public static ProviderPreset Preset { get; } =
        new()
        {
            Address = "email-smtp.us-east-1.amazonaws.com:587",
            Connections = 10,
            MessagesPerConnection = 100,
            RecipientsPerMessage = 50,
            RecipientRates = ["14/s", "50000/day"],
            Patterns =
            [
                // The day moves on by the second: what was sent 24 hours ago counts no more.
                new()
                {
                    Match = "^454 .*daily message quota exceeded",
                    Meaning = ThrottleMeaning.Quota,
                    Pause = TimeSpan.FromMinutes(10),
                },
                new() { Match = "^454 .*maximum sending rate exceeded" },
            ],
        };
}
