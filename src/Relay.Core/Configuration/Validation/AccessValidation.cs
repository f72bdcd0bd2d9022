namespace Relay.Core.Configuration.Validation;

/// <summary>Who may relay; a slip here must not make an open relay.</summary>
internal static class AccessValidation
{
    public static void Check(AccessOptions access, KeyScope scope)
    {
        CheckNetworks(access, scope.At(nameof(access.Networks)));
        CheckRecipients(access, scope.At(nameof(access.Recipients)));
        CheckFailedLogins(access.FailedLogins, scope.At(nameof(access.FailedLogins)));
        foreach (var (name, user) in access.Users)
        {
            CheckUser(name, user, scope.At(nameof(access.Users)).At(name));
        }
    }

    private static void CheckNetworks(AccessOptions access, KeyScope scope)
    {
        var before = scope.Errors.Count;
        for (var index = 0; index < access.Networks.Count; index++)
        {
            var entry = scope.At(index);
            var isOpen = NetworkSyntax.Read(access.Networks[index], entry) is { } network && NetworkReach.IsOpen([network]);
            entry.ReportIf(isOpen && !access.AllowOpenRelay, Open($"{access.Networks[index]} lets everybody relay"));
        }

        // 0.0.0.0/1 and 128.0.0.0/1 are each innocent of being a /0.
        if (scope.Errors.Count == before && !access.AllowOpenRelay)
        {
            scope.ReportIf(OpenRelay.ByNetworks(access), Open("these networks together let most of the Internet relay"));
        }
    }

    private static void CheckRecipients(AccessOptions access, KeyScope scope)
    {
        for (var index = 0; index < access.Recipients.Count; index++)
        {
            var (entry, text) = (scope.At(index), access.Recipients[index]);
            var isSound = PatternSyntax.IsAddress(text.Contains('@', StringComparison.Ordinal) ? text : $"*@{text}");
            entry.ReportIf(!isSound, $"\"{text}\" is not a domain or a pattern: write example.com, *.example.com or user@example.com");
            entry.ReportIf(
                isSound && OpenRelay.ByRecipient(text) && !access.AllowOpenRelay,
                Open($"{text} takes mail for every domain from everybody")
            );
        }
    }

    private static void CheckUser(string name, UserOptions user, KeyScope scope)
    {
        scope.IsName(name);
        var (hash, file) = (scope.At(nameof(user.PasswordHash)), scope.At(nameof(user.PasswordHashFile)));
        var (hasHash, hasFile) = (!string.IsNullOrEmpty(user.PasswordHash), !string.IsNullOrEmpty(user.PasswordHashFile));
        hash.ReportIf(!hasHash && !hasFile, "is missing: relay hash-password makes one");
        file.ReportIf(hasHash && hasFile, "stands beside PasswordHash; leave one of the two out");
        hash.ReportIf(
            hasHash && !PasswordHash.TryParse(user.PasswordHash, out _), // the text is not repeated: it may be the password
            "is not what relay hash-password prints: SCRAM-SHA-256$iterations:salt$key:key"
        );
        for (var index = 0; index < user.Senders.Count; index++)
        {
            PatternSyntax.Check(user.Senders[index], scope.At(nameof(user.Senders)).At(index));
        }
    }

    private static void CheckFailedLogins(FailedLoginOptions failed, KeyScope scope)
    {
        scope.At(nameof(failed.Delay)).Between(failed.Delay, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        scope.At(nameof(failed.PerAddress)).Between(failed.PerAddress, 1, 1_000_000);
        scope.At(nameof(failed.PerUser)).Between(failed.PerUser, 1, 1_000_000);
        scope.At(nameof(failed.Lockout)).Between(failed.Lockout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    }

    private static string Open(string what) => $"{what}; if that is meant, set {nameof(AccessOptions.AllowOpenRelay)}";
}
