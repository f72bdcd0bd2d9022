using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Relay.Admin.Security;

/// <summary>
/// What a browser carries after a login: what it opens and until when, signed. The token itself is not in it, no script can read it, and no page of another site can
/// have it sent along.
/// </summary>
internal sealed class SessionCookie(AdminTokens tokens, TimeProvider time)
{
    public const string Name = "relay-session";

    /// <summary>A working day; there is no list of sessions, so that one that was copied is good until then.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private const int LevelAndEnd = 1 + sizeof(long);

    public void Give(HttpContext context, AccessLevel level)
    {
        var value = new byte[LevelAndEnd + SHA256.HashSizeInBytes];
        value[0] = (byte)level;
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(1), (time.GetUtcNow() + Life).ToUnixTimeSeconds());
        HMACSHA256.HashData(tokens.SessionKey, value.AsSpan(0, LevelAndEnd), value.AsSpan(LevelAndEnd));
        context.Response.Cookies.Append(Name, Base64Url.EncodeToString(value), OptionsFor(context));
    }

    public static void Take(HttpContext context) => context.Response.Cookies.Delete(Name, OptionsFor(context));

    /// <summary>What the cookie of a request opens; null when it has none, or one that is not ours, or not any more.</summary>
    public AccessLevel? LevelOf(HttpContext context)
    {
        var text = context.Request.Cookies[Name];
        Span<byte> value = stackalloc byte[LevelAndEnd + SHA256.HashSizeInBytes];
        if (text is null || text.Length > 2 * value.Length || !Base64Url.IsValid(text, out var length) || length != value.Length)
        {
            return null;
        }

        Base64Url.DecodeFromChars(text, value);
        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(tokens.SessionKey, value[..LevelAndEnd], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, value[LevelAndEnd..]))
        {
            return null;
        }

        var end = BinaryPrimitives.ReadInt64BigEndian(value[1..]);
        return time.GetUtcNow().ToUnixTimeSeconds() < end ? (AccessLevel)value[0] : null;
    }

    /// <summary>Only over TLS, where the browser speaks TLS: a proxy in front may have ended it, and the page's own origin tells.</summary>
    private static CookieOptions OptionsFor(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            IsEssential = true,
            Secure =
                context.Request.IsHttps
                || context.Request.Headers.Origin.ToString().StartsWith("https://", StringComparison.OrdinalIgnoreCase),
        };
}
