namespace Relay.Core.Configuration.Validation;

/// <summary>Tokens from one place, by one grant, with all that it needs and nothing that would be ignored.</summary>
internal static class OAuth2Validation
{
    private static readonly string[] Mechanisms = ["XOAUTH2", "OAUTHBEARER"];

    public static void Check(UpstreamOptions upstream, KeyScope scope)
    {
        if (upstream.OAuth2 is not { } oauth2)
        {
            return;
        }

        CheckUpstream(upstream, scope);
        var section = scope.At(nameof(upstream.OAuth2));
        CheckEndpoint(oauth2, section);
        CheckGrant(oauth2, section);
        section
            .At(nameof(oauth2.Scope))
            .ReportIf(oauth2.Scope is { } text && !IsScope(text), $"\"{oauth2.Scope}\" is not a list of scopes parted by blanks");
        section.At(nameof(oauth2.Timeout)).Between(oauth2.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    /// <summary>What stands around the section.</summary>
    private static void CheckUpstream(UpstreamOptions upstream, KeyScope scope)
    {
        const string Beside = "stands beside OAuth2, whose access token takes the place of the password; leave one of the two out";
        scope.At(nameof(upstream.OAuth2)).ReportIf(upstream.Kind == UpstreamKind.Capture, "an embedded mailbox asks for no login");
        scope
            .At(nameof(upstream.UserName))
            .ReportIf(upstream.UserName is null, "is missing beside OAuth2: the mailbox that mail is sent from");
        scope.At(nameof(upstream.Password)).ReportIf(IsSet(upstream.Password), Beside);
        scope.At(nameof(upstream.PasswordFile)).ReportIf(IsSet(upstream.PasswordFile), Beside);
        scope
            .At(nameof(upstream.AuthMechanism))
            .ReportIf(
                upstream.AuthMechanism is { } mechanism && !Mechanisms.Contains(mechanism, StringComparer.OrdinalIgnoreCase),
                $"\"{upstream.AuthMechanism}\" takes no access token; with OAuth2 it is {string.Join(" or ", Mechanisms)}"
            );
    }

    /// <summary>Exactly one of those that say where tokens come from. A service account of Google may name its provider all the same.</summary>
    private static void CheckEndpoint(OAuth2Options oauth2, KeyScope scope)
    {
        (string Key, bool IsSet)[] places =
        [
            (nameof(oauth2.ServiceAccountFile), oauth2.IsServiceAccount),
            (nameof(oauth2.TenantId), IsSet(oauth2.TenantId)),
            (nameof(oauth2.Provider), oauth2.Provider is not null && !oauth2.IsServiceAccount),
            (nameof(oauth2.TokenEndpoint), IsSet(oauth2.TokenEndpoint)),
        ];
        var given = places.Where(place => place.IsSet).Select(place => place.Key).ToList();
        scope.ReportIf(
            given.Count == 0,
            "does not say where tokens come from: TenantId (Microsoft), \"Provider\": \"Google\", TokenEndpoint, or ServiceAccountFile"
        );
        foreach (var surplus in given.Skip(1))
        {
            scope.At(surplus).Report($"stands beside {given[0]}, which says where tokens come from; leave one of the two out");
        }

        scope
            .At(nameof(oauth2.TenantId))
            .ReportIf(
                oauth2.TenantId?.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.') == false,
                $"\"{oauth2.TenantId}\" is neither the id of a tenant nor one of its domains"
            );
        scope
            .At(nameof(oauth2.TokenEndpoint))
            .ReportIf(
                oauth2.TokenEndpoint is { Length: > 0 } endpoint && !OAuth2Options.IsSafeEndpoint(endpoint),
                $"\"{oauth2.TokenEndpoint}\" is not an address that begins with https:// (http:// only on loopback)"
            );
    }

    private static void CheckGrant(OAuth2Options oauth2, KeyScope scope)
    {
        NotBoth(oauth2.ClientSecret, oauth2.ClientSecretFile, nameof(oauth2.ClientSecret), scope);
        NotBoth(oauth2.RefreshToken, oauth2.RefreshTokenFile, nameof(oauth2.RefreshToken), scope);
        var hasSecret = IsSet(oauth2.ClientSecret) || IsSet(oauth2.ClientSecretFile);
        if (oauth2.IsServiceAccount)
        {
            const string Surplus = "is of no use beside ServiceAccountFile, which holds all that is needed";
            scope.At(nameof(oauth2.ClientId)).ReportIf(IsSet(oauth2.ClientId), Surplus);
            scope.At(nameof(oauth2.ClientSecret)).ReportIf(hasSecret, Surplus);
            scope.At(nameof(oauth2.RefreshToken)).ReportIf(oauth2.HasRefreshToken, Surplus);
            return;
        }

        scope.At(nameof(oauth2.ClientId)).ReportIf(!IsSet(oauth2.ClientId), "is missing");
        if (oauth2.Provider == OAuth2Provider.Google)
        {
            scope
                .At(nameof(oauth2.RefreshToken))
                .ReportIf(
                    !oauth2.HasRefreshToken,
                    "is missing: Google gives tokens for that of a user, or to a service account (ServiceAccountFile)"
                );
            return;
        }

        scope
            .At(nameof(oauth2.ClientSecret))
            .ReportIf(!hasSecret && !oauth2.HasRefreshToken, "is missing: without it, or a RefreshToken, nobody gives a token");
    }

    private static void NotBoth(string? secret, string? file, string name, KeyScope scope) =>
        scope.At(name + "File").ReportIf(IsSet(secret) && IsSet(file), $"stands beside {name}; leave one of the two out");

    /// <summary>RFC 6749 §3.3.</summary>
    private static bool IsScope(string text) =>
        text.Length > 0 && text.All(static character => character is >= ' ' and <= '~' and not '"' and not '\\');

    private static bool IsSet(string? text) => !string.IsNullOrEmpty(text);
}
