using System.Net;

namespace Relay.Core.Configuration.Validation;

/// <summary>The HTTP side is for this machine only unless a token guards it.</summary>
internal static class AdminValidation
{
    public static void Check(AdminOptions admin, KeyScope scope)
    {
        var hasToken = !string.IsNullOrEmpty(admin.Token);
        var hasFile = !string.IsNullOrEmpty(admin.TokenFile);
        scope.At(nameof(admin.TokenFile)).ReportIf(hasToken && hasFile, "stands beside Token; leave one of the two out");
        if (EndpointAddress.TryParse(admin.Address, defaultPort: null, out var address))
        {
            scope
                .At(nameof(admin.Address))
                .ReportIf(
                    !IsLocal(address) && !hasToken && !hasFile,
                    $"{admin.Address} is open to other machines and needs Token or TokenFile"
                );
        }
    }

    private static bool IsLocal(EndpointAddress address) =>
        address.UnixPath is not null
        || address.Host is "localhost"
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}
