using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Relay.TestKit.OAuth2;

/// <summary>A service account, and what Google checks of its assertions (RFC 7523 §3) with the public key: written from the documents.</summary>
public sealed class AssertionCheck : IDisposable
{
    private const string Email = "relay@project.iam.gserviceaccount.com";
    private const string KeyId = "key-1";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _public = RSA.Create();

    public AssertionCheck() => _public.ImportRSAPublicKey(_key.ExportRSAPublicKey(), out _);

    /// <summary>The user that the account acts for.</summary>
    public string Subject { get; init; } = "user@example.com";

    /// <summary>The key file that Google would give.</summary>
    public string KeyFile(string tokenUri) =>
        JsonSerializer.Serialize(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["type"] = "service_account",
                ["project_id"] = "project",
                ["private_key_id"] = KeyId,
                ["private_key"] = _key.ExportPkcs8PrivateKeyPem(),
                ["client_email"] = Email,
                ["token_uri"] = tokenUri,
            }
        );

    /// <summary>What is wrong with an assertion; null: nothing.</summary>
    public string? Problem(string assertion, string audience, DateTimeOffset now)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3)
        {
            return "Not a JWT.";
        }

        var signature = Base64Url.DecodeFromChars(parts[2]);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        if (!_public.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return "Invalid JWT Signature.";
        }

        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        (string Said, string Wanted)[] texts =
        [
            (Text(header, "alg"), "RS256"),
            (Text(header, "typ"), "JWT"),
            (Text(header, "kid"), KeyId),
            (Text(claims, "iss"), Email),
            (Text(claims, "sub"), Subject),
            (Text(claims, "scope"), "https://mail.google.com/"),
            (Text(claims, "aud"), audience),
        ];
        var wrong = Array.Find(texts, static text => text.Said != text.Wanted);
        return wrong != default ? $"{wrong.Said} is not {wrong.Wanted}" : ProblemOfTimes(claims, now.ToUnixTimeSeconds());
    }

    public void Dispose()
    {
        _key.Dispose();
        _public.Dispose();
    }

    private static string? ProblemOfTimes(JsonDocument claims, long now)
    {
        var (issued, ends) = (claims.RootElement.GetProperty("iat").GetInt64(), claims.RootElement.GetProperty("exp").GetInt64());
        return Math.Abs(now - issued) > 60 || ends <= now || ends - issued > 3600
            ? "Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
            : null;
    }

    private static string Text(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetString() ?? "";
}
