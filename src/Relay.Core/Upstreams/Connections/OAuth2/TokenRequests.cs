using Relay.Core.Configuration;
using Relay.Core.Configuration.Loading;

namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>Makes the request for the next token, by the grant that is configured. Files are read each time, so that a changed one takes effect by itself.</summary>
internal sealed class TokenRequests(OAuth2Options options, string user, RefreshTokenKeeper refreshTokens, TimeProvider time)
{
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    /// <exception cref="InvalidDataException">It does not hold what it should.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key of a service account is none.</exception>
    /// <exception cref="ArgumentException">Likewise.</exception>
    public TokenRequest Next()
    {
        if (options.IsServiceAccount)
        {
            var key = ServiceAccountFile.Read(options.ServiceAccountFile!);
            var assertion = ServiceAccountAssertion.Create(key, user, options.ScopeInUse!, time.GetUtcNow());
            return new TokenRequest(
                new Uri(key.TokenUri),
                Form("urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", assertion),
                [assertion]
            );
        }

        var secret = options.ClientSecretFile is { Length: > 0 } file ? SecretLine.Read(file) : options.ClientSecret;
        var refreshToken = options.HasRefreshToken ? refreshTokens.Read() : null;
        var form = refreshToken is null ? Form("client_credentials") : Form("refresh_token", "refresh_token", refreshToken);
        form["client_id"] = options.ClientId!;
        Add(form, "client_secret", secret);
        Add(form, "scope", options.ScopeInUse);
        return new TokenRequest(new Uri(options.EndpointInUse!), form, [.. new[] { secret, refreshToken }.OfType<string>().Where(IsSet)]);
    }

    private static Dictionary<string, string> Form(string grant, string? name = null, string? value = null)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = grant };
        if (name is not null)
        {
            form[name] = value!;
        }

        return form;
    }

    private static void Add(Dictionary<string, string> form, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            form[name] = value;
        }
    }

    private static bool IsSet(string text) => text.Length > 0;
}
