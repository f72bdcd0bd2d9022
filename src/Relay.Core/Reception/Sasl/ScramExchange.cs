using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Sasl;

/// <summary>
/// SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: the password never crosses the wire, and the server proves itself too. PBKDF2 is the client's
/// work; the server's is a few digests, the same for a name that nobody has.
/// </summary>
/// <param name="users">Who may log in.</param>
/// <param name="nonce">The server's part of the nonce: printable, without a comma, never used before.</param>
internal sealed class ScramExchange(UserDirectory users, string nonce) : SaslExchange
{
    public const string Name = "SCRAM-SHA-256";

    private ScramFirstMessage? _first;
    private string _serverFirst = "";
    private bool _isProven;

    public override string Mechanism => Name;

    public override byte[] FirstChallenge => [];

    public override ValueTask<SaslStep> NextAsync(byte[] response) =>
        ValueTask.FromResult(
            _isProven ? End(response)
            : _first is null ? Begin(response)
            : Prove(response)
        );

    private SaslStep Begin(byte[] response)
    {
        if (!SaslText.TryRead(response, out var text) || !ScramFirstMessage.TryParse(text, out _first))
        {
            return SaslStep.Malformed;
        }

        Account = users.Find(_first.Name);
        // RFC 5802 §5.1, p=: the client insists on channel binding, which was not offered. a=: nobody may act for another.
        if (
            _first.WantsBinding
            || (_first.Authority.Length > 0 && !string.Equals(_first.Authority, _first.Name, StringComparison.OrdinalIgnoreCase))
        )
        {
            return SaslStep.Failed;
        }

        _serverFirst = string.Create(
            CultureInfo.InvariantCulture,
            $"r={_first.Nonce}{nonce},s={Convert.ToBase64String(Account.Hash.Salt.Span)},i={Account.Hash.Iterations}"
        );
        return SaslStep.Ask(Encoding.UTF8.GetBytes(_serverFirst));
    }

    private SaslStep Prove(byte[] response)
    {
        if (!SaslText.TryRead(response, out var text) || !ScramFinalMessage.TryParse(text, out var final))
        {
            return SaslStep.Malformed;
        }

        var binding = Convert.ToBase64String(Encoding.UTF8.GetBytes(_first!.Header));
        var isOfThisExchange =
            string.Equals(final.Binding, binding, StringComparison.Ordinal)
            && string.Equals(final.Nonce, _first.Nonce + nonce, StringComparison.Ordinal);
        var conversation = Encoding.UTF8.GetBytes($"{_first.Bare},{_serverFirst},{final.WithoutProof}");
        if (!IsProof(final.Proof, conversation) || !isOfThisExchange || Account!.User is null)
        {
            return SaslStep.Failed;
        }

        // RFC 4954 §4: what comes with success goes out as a challenge, and the client answers with nothing.
        _isProven = true;
        var signature = HMACSHA256.HashData(Account.Hash.ServerKey.Span, conversation);
        return SaslStep.Ask(Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(signature)}"));
    }

    private static SaslStep End(byte[] response) => response.Length == 0 ? SaslStep.Succeeded : SaslStep.Malformed;

    // RFC 5802 §3: the proof is the client's key, hidden by a signature that whoever has the stored key can make.
    private bool IsProof(byte[] proof, byte[] conversation)
    {
        if (proof.Length != SHA256.HashSizeInBytes)
        {
            return false;
        }

        var key = HMACSHA256.HashData(Account!.Hash.StoredKey.Span, conversation);
        for (var index = 0; index < key.Length; index++)
        {
            key[index] ^= proof[index];
        }

        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(key), Account.Hash.StoredKey.Span);
    }
}
