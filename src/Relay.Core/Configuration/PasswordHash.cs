using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Relay.Core.Configuration;

/// <summary>
/// What is kept of a password: the two keys of SCRAM-SHA-256 (RFC 5802 §3, RFC 7677), written as RFC 5803 writes them. It serves SCRAM, PLAIN and LOGIN alike,
/// and whoever reads it can neither read the password nor log in with it. A class and no record: its text must not end up in a log.
/// </summary>
public sealed class PasswordHash
{
    /// <summary>RFC 7677 §4 asks for as many at least.</summary>
    public const int LeastIterations = 4096;

    /// <summary>A login must not take a server minutes.</summary>
    public const int MostIterations = 1_000_000;

    public const int DefaultIterations = 100_000;

    public const int SaltLength = 16;

    private const string Scheme = "SCRAM-SHA-256";
    private const int KeyLength = SHA256.HashSizeInBytes;
    private const int LongestSalt = 64;

    public PasswordHash(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) =>
        (Iterations, Salt, StoredKey, ServerKey) = (iterations, salt, storedKey, serverKey);

    public int Iterations { get; }

    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>The digest of the key that a client proves to have.</summary>
    public ReadOnlyMemory<byte> StoredKey { get; }

    /// <summary>What the server proves itself with.</summary>
    public ReadOnlyMemory<byte> ServerKey { get; }

    /// <param name="password">Its UTF-8 octets.</param>
    /// <param name="salt">Random octets.</param>
    /// <param name="iterations">Rounds of PBKDF2: the price of one guess.</param>
    public static PasswordHash Of(ReadOnlySpan<byte> password, byte[] salt, int iterations)
    {
        Span<byte> salted = stackalloc byte[KeyLength];
        Rfc2898DeriveBytes.Pbkdf2(password, salt, salted, iterations, HashAlgorithmName.SHA256);
        var hash = new PasswordHash(
            iterations,
            salt,
            SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8)),
            HMACSHA256.HashData(salted, "Server Key"u8)
        );
        CryptographicOperations.ZeroMemory(salted);
        return hash;
    }

    /// <summary>Whether this is the hash of <paramref name="password"/>. Takes as long as <see cref="Iterations"/> say, and no shorter for a wrong one.</summary>
    public bool Matches(ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(Of(password, Salt.ToArray(), Iterations).StoredKey.Span, StoredKey.Span);

    /// <summary><c>SCRAM-SHA-256$100000:salt$stored:server</c>, the three last in Base64: what a configuration holds.</summary>
    public string Format() =>
        string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Iterations}:{Encode(Salt)}${Encode(StoredKey)}:{Encode(ServerKey)}");

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PasswordHash? hash)
    {
        hash = null;
        var parts = (text ?? "").Trim().Split('$');
        if (
            parts is not [Scheme, var rounds, var keys]
            || rounds.Split(':') is not [var count, var salt]
            || keys.Split(':') is not [var stored, var server]
        )
        {
            return false;
        }

        var isSound =
            int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            && iterations is >= LeastIterations and <= MostIterations;
        var (saltBytes, storedKey, serverKey) = (Decode(salt), Decode(stored), Decode(server));
        if (!isSound || saltBytes.Length is 0 or > LongestSalt || storedKey.Length != KeyLength || serverKey.Length != KeyLength)
        {
            return false;
        }

        hash = new PasswordHash(iterations, saltBytes, storedKey, serverKey);
        return true;
    }

    private static string Encode(ReadOnlyMemory<byte> bytes) => Convert.ToBase64String(bytes.Span);

    private static byte[] Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : [];
    }
}
