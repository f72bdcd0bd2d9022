namespace Relay.Core.Configuration;

/// <summary>How an upstream's access tokens are had, which take the place of the password (RFC 6749). Where from: exactly one of <see cref="TenantId"/>, <see cref="Provider"/>, <see cref="TokenEndpoint"/> and <see cref="ServiceAccountFile"/>.</summary>
public sealed record OAuth2Options
{
    private const string GoogleEndpoint = "https://oauth2.googleapis.com/token";
    private const string GoogleMail = "https://mail.google.com/";

    /// <summary>What Exchange Online wants of an application that sends by itself.</summary>
    private const string EntraApplication = "https://outlook.office365.com/.default";

    /// <summary>And of one that sends on behalf of a user, who consented to it once.</summary>
    private const string EntraUser = "https://outlook.office.com/SMTP.Send offline_access";

    /// <summary>A provider whose token endpoint is known by name. Default: none.</summary>
    public OAuth2Provider? Provider { get; init; }

    /// <summary>A tenant of Microsoft Entra, by its id or one of its domains: tokens come from its endpoint.</summary>
    public string? TenantId { get; init; }

    /// <summary>The token endpoint of any other provider: <c>https://…</c>; <c>http</c> only on loopback.</summary>
    public string? TokenEndpoint { get; init; }

    /// <summary>The application as it is registered with the provider. Required, but for a service account.</summary>
    public string? ClientId { get; init; }

    /// <summary>The application's secret. Required without a <see cref="RefreshToken"/>.</summary>
    [Secret]
    public string? ClientSecret { get; init; }

    /// <summary>File whose first line is the secret, read for each token; instead of <see cref="ClientSecret"/>.</summary>
    public string? ClientSecretFile { get; init; }

    /// <summary>Scopes, parted by blanks. Default: what SMTP needs at Microsoft or Google; none elsewhere.</summary>
    public string? Scope { get; init; }

    /// <summary>Stands for the consent of a user; without it tokens are the application's own (client credentials).</summary>
    [Secret]
    public string? RefreshToken { get; init; }

    /// <summary>File whose first line is the refresh token; instead of <see cref="RefreshToken"/>. A new one that the provider gives is written there.</summary>
    public string? RefreshTokenFile { get; init; }

    /// <summary>The JSON key file of a Google service account that may act for <see cref="UpstreamOptions.UserName"/>; nothing else is needed beside it.</summary>
    public string? ServiceAccountFile { get; init; }

    /// <summary>Longest time for one answer of the token endpoint: 1 s to 1 min. Default: 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Without what is secret.</summary>
    public override string ToString() =>
        ServiceAccountFile is { Length: > 0 } file ? $"service account of {file}" : $"{ClientId} at {EndpointInUse}";

    internal bool HasRefreshToken => !string.IsNullOrEmpty(RefreshToken) || !string.IsNullOrEmpty(RefreshTokenFile);

    internal bool IsServiceAccount => !string.IsNullOrEmpty(ServiceAccountFile);

    /// <summary>Where tokens are asked for; null for a service account, whose file says it.</summary>
    internal string? EndpointInUse =>
        IsServiceAccount ? null
        : !string.IsNullOrEmpty(TenantId) ? $"https://login.microsoftonline.com/{TenantId}/oauth2/v2.0/token"
        : Provider == OAuth2Provider.Google ? GoogleEndpoint
        : TokenEndpoint;

    /// <summary>What is asked for; null: whatever the provider gives without being asked.</summary>
    internal string? ScopeInUse =>
        !string.IsNullOrEmpty(Scope) ? Scope
        : IsServiceAccount ? GoogleMail
        : string.IsNullOrEmpty(TenantId) ? null
        : HasRefreshToken ? EntraUser
        : EntraApplication;

    /// <summary>Secrets go to no place where others could read them.</summary>
    internal static bool IsSafeEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri is { UserInfo: "", Fragment: "", Host.Length: > 0 }
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}

public enum OAuth2Provider
{
    /// <summary>Gmail and Google Workspace.</summary>
    Google,
}
