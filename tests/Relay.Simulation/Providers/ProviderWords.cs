namespace Relay.Simulation.Providers;

/// <summary>What providers say when they have had enough, after the words of real ones.</summary>
internal static class ProviderWords
{
    private static readonly string[] Rates =
    [
        "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded",
        "421 4.7.0 Try again later, closing connection",
        "450 4.7.1 Too many messages from this account",
        "451 4.7.500 Server busy",
        "454 4.7.0 Throttling failure: Maximum sending rate exceeded",
    ];

    private static readonly string[] Quotas =
    [
        "454 4.7.0 Throttling failure: Daily message quota exceeded",
        "550 5.4.5 Daily user sending limit exceeded",
        "554 5.2.0 Submission quota exceeded for this mailbox",
    ];

    /// <summary>A reply for somebody who is over this ration; half of those about quotas would be final if they were about the message.</summary>
    public static string For(Ration ration, Random random) =>
        ration.IsQuota ? Quotas[random.Next(Quotas.Length)] : Rates[random.Next(Rates.Length)];
}
