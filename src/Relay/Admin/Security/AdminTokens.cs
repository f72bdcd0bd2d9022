using System.Security.Cryptography;
using System.Text;
using Relay.Core.Configuration;

namespace Relay.Admin.Security;

/// <summary>The configured tokens, and what each opens. They are compared by their digests, which are of one length, so that the time it takes tells nothing of them.</summary>
internal sealed class AdminTokens
{
    private readonly byte[]? _admin;
    private readonly byte[]? _readOnly;

    public AdminTokens(AdminOptions options)
    {
        _admin = DigestOf(options.Token);
        _readOnly = DigestOf(options.ReadOnlyToken);
        SessionKey = SHA256.HashData(Encoding.UTF8.GetBytes($"relay session\n{options.Token}\n{options.ReadOnlyToken}"));
    }

    /// <summary>None is configured: whoever can connect may do everything.</summary>
    public bool AreNone => _admin is null && _readOnly is null;

    /// <summary>Signs sessions; another token ends them all. Of no use to whoever would learn the tokens from it.</summary>
    public byte[] SessionKey { get; }

    /// <summary>What a token opens; null for one that is not configured.</summary>
    public AccessLevel? LevelOf(string token)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var isAdmin = _admin is not null & CryptographicOperations.FixedTimeEquals(digest, _admin);
        var isReadOnly = _readOnly is not null & CryptographicOperations.FixedTimeEquals(digest, _readOnly);
        return isAdmin ? AccessLevel.Admin
            : isReadOnly ? AccessLevel.Read
            : null;
    }

    private static byte[]? DigestOf(string? token) => string.IsNullOrEmpty(token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
