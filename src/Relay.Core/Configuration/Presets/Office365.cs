namespace Relay.Core.Configuration.Presets;

/// <summary>Client submission to Exchange Online, as one mailbox; the figures are Microsoft's (docs/providers.md).</summary>
internal static class Office365
{
    public static ProviderPreset Preset { get; } =
        new()
        {
            Address = "smtp.office365.com:587",
            Connections = 3,
            MessagesPerConnection = 100,
            TokenMechanism = "XOAUTH2",
            Rates = ["30/min"],
            RecipientRates = ["10000/day"],
            Patterns =
            [
                // A fourth connection, or a fourth message at once.
                new()
                {
                    Match = "^432 4\\.3\\.2 .*(concurrent connections?|thread) limit exceeded",
                    Meaning = ThrottleMeaning.LoginThrottle,
                },
                // The recipients of a day are used up; they come back one by one as the last 24 hours move on.
                new()
                {
                    Match = "^55[04] 5\\.\\d\\.\\d+ .*(SubmissionQuotaExceeded|daily limit for message recipients)",
                    Meaning = ThrottleMeaning.Quota,
                    Pause = TimeSpan.FromMinutes(10),
                },
            ],
        };
}
