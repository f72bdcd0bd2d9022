using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Relay.Core.Configuration.Loading;

namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>What a service account shows for a token: a statement that it signed itself (RFC 7523 §3, a JWT by RS256), in the name of the user it acts for.</summary>
internal static class ServiceAccountAssertion
{
    /// <summary>Google takes none that is good for longer.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <exception cref="CryptographicException">The key is none.</exception>
    /// <exception cref="ArgumentException">Likewise.</exception>
    public static string Create(ServiceAccountKey key, string user, string scope, DateTimeOffset now)
    {
        var header = new Dictionary<string, object>(StringComparer.Ordinal) { ["alg"] = "RS256", ["typ"] = "JWT" };
        if (key.KeyId is { } id)
        {
            header["kid"] = id;
        }

        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = key.ClientEmail,
            ["sub"] = user,
            ["scope"] = scope,
            ["aud"] = key.TokenUri,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
        };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        using var rsa = RSA.Create();
        rsa.ImportFromPem(key.PrivateKey);
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(Dictionary<string, object> part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
