namespace Relay.Core.Configuration.Validation;

/// <summary>The HTTP side is for this machine only unless a token guards it.</summary>
internal static class AdminValidation
{
    public static void Check(AdminOptions admin, KeyScope scope)
    {
        var hasToken = !string.IsNullOrEmpty(admin.Token);
        var hasFile = !string.IsNullOrEmpty(admin.TokenFile);
        scope.At(nameof(admin.TokenFile)).ReportIf(hasToken && hasFile, "stands beside Token; leave one of the two out");
        var hasReadOnly = !string.IsNullOrEmpty(admin.ReadOnlyToken);
        var hasReadOnlyFile = !string.IsNullOrEmpty(admin.ReadOnlyTokenFile);
        scope
            .At(nameof(admin.ReadOnlyTokenFile))
            .ReportIf(hasReadOnly && hasReadOnlyFile, "stands beside ReadOnlyToken; leave one of the two out");
        scope
            .At(nameof(admin.ReadOnlyToken))
            .ReportIf(
                (hasReadOnly || hasReadOnlyFile) && !hasToken && !hasFile,
                "is of no use without Token or TokenFile: nobody could change anything"
            );
        scope
            .At(nameof(admin.ReadOnlyToken))
            .ReportIf(hasReadOnly && string.Equals(admin.ReadOnlyToken, admin.Token, StringComparison.Ordinal), "is the same as Token");
        // What stands behind a name of systemd is seen at the start.
        if (EndpointAddress.TryParse(admin.Address, defaultPort: null, out _))
        {
            scope
                .At(nameof(admin.Address))
                .ReportIf(
                    !AdminAddress.IsLocal(admin.Address) && !hasToken && !hasFile,
                    $"{admin.Address} is open to other machines and needs Token or TokenFile"
                );
        }
    }
}
