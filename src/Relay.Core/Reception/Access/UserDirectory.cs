using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Relay.Core.Configuration;

namespace Relay.Core.Reception.Access;

/// <summary>
/// The users of one configuration. Asked for somebody who does not exist it makes an account up, always the same for the same name and with the salt length
/// and iterations of some real user: neither the answers nor their time tell who exists (RFC 5802 §5.1 shows salt and iterations to anybody who asks).
/// </summary>
internal sealed class UserDirectory
{
    private readonly FrozenDictionary<string, Account> _accounts;
    private readonly PasswordHash[] _models;
    private readonly byte[] _secret;

    /// <param name="users">As configured; at least one.</param>
    /// <param name="secret">What made-up accounts are made of; the same as long as the process lives.</param>
    public UserDirectory(IReadOnlyDictionary<string, UserOptions> users, byte[] secret)
    {
        _secret = secret;
        _accounts = users.ToFrozenDictionary(
            user => user.Key,
            user =>
                PasswordHash.TryParse(user.Value.PasswordHash, out var hash)
                    ? new Account(hash, new RelayUser(user.Key, user.Value))
                    : throw new FormatException($"The password hash of {user.Key} cannot be read."),
            StringComparer.OrdinalIgnoreCase
        );
        _models = [.. _accounts.OrderBy(account => account.Key, StringComparer.OrdinalIgnoreCase).Select(account => account.Value.Hash)];
    }

    public Account Find(string name)
    {
        // Made for real users too, so that both take the same time.
        var nobody = MakeUp(name);
        return _accounts.TryGetValue(name, out var account) ? account : nobody;
    }

    private Account MakeUp(string name)
    {
        var octets = Encoding.UTF8.GetBytes(name.ToUpperInvariant());
        Span<byte> salt = stackalloc byte[HMACSHA512.HashSizeInBytes];
        HMACSHA512.HashData(_secret, octets, salt);
        var keys = new byte[HMACSHA512.HashSizeInBytes];
        HMACSHA512.HashData(salt, octets, keys);
        var model = _models[(int)(BinaryPrimitives.ReadUInt32BigEndian(keys) % (uint)_models.Length)];
        var hash = new PasswordHash(model.Iterations, salt[..model.Salt.Length].ToArray(), keys[..32], keys[32..]);
        return new Account(hash, null);
    }
}
