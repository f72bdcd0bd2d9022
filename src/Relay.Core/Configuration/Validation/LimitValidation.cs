namespace Relay.Core.Configuration.Validation;

/// <summary>Bounds that bound something, and do not keep ordinary mail out.</summary>
internal static class LimitValidation
{
    private const long LeastMessageSize = 64 * 1024;
    private const long MostMessageSize = 2L * 1024 * 1024 * 1024;
    private const long LeastMemory = 1024 * 1024;

    public static void Check(LimitOptions limits, KeyScope scope)
    {
        var (second, day) = (TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));

        // RFC 5321 §4.5.3.1: a receiver must take 64 KiB, 100 recipients and lines of 1000 bytes.
        scope.At(nameof(limits.MessageSize)).Between(limits.MessageSize, LeastMessageSize, MostMessageSize);
        scope.At(nameof(limits.Recipients)).Between(limits.Recipients, 100, 100_000);
        scope.At(nameof(limits.LineLength)).Between(limits.LineLength, 1000, 1024 * 1024);
        scope.At(nameof(limits.Connections)).Between(limits.Connections, 1, 1_000_000);
        scope.At(nameof(limits.ConnectionsPerClient)).Between(limits.ConnectionsPerClient, 1, 1_000_000);
        scope.At(nameof(limits.MessagesPerClientPerMinute)).Between(limits.MessagesPerClientPerMinute, 0, 1_000_000);
        scope.At(nameof(limits.RecipientsPerClientPerMinute)).Between(limits.RecipientsPerClientPerMinute, 0, 1_000_000);
        scope.At(nameof(limits.Errors)).Between(limits.Errors, 1, 10_000);
        scope.At(nameof(limits.CommandsWithoutMail)).Between(limits.CommandsWithoutMail, 1, 1_000_000);
        scope.At(nameof(limits.CommandTimeout)).Between(limits.CommandTimeout, second, day);
        scope.At(nameof(limits.MessageTimeout)).Between(limits.MessageTimeout, second, day);
        scope.At(nameof(limits.LeastDataRate)).Between(limits.LeastDataRate, 0, 1024 * 1024);
        scope.At(nameof(limits.SessionTimeout)).Between(limits.SessionTimeout, second, TimeSpan.FromDays(365));
        scope.At(nameof(limits.GreetingDelay)).Between(limits.GreetingDelay, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        scope.At(nameof(limits.MemoryForMessages)).AtLeast(limits.MemoryForMessages, LeastMemory);
        scope.At(nameof(limits.TemporaryFolder)).ReportIf(limits.TemporaryFolder.Length == 0, "is missing");
    }
}
