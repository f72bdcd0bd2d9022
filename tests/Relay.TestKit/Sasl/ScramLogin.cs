using System.Security.Cryptography;
using System.Text;

namespace Relay.TestKit.Sasl;

/// <summary>
/// SCRAM (RFC 5802, RFC 7677), without channel binding: the client proves that it knows the password, and the server that it knows what is derived from it.
/// </summary>
internal sealed class ScramLogin(ScriptedUpstreamOptions options, HashAlgorithmName hash, Func<byte[], Task<byte[]>> ask)
{
    private const int Iterations = 4096;

    /// <summary>The GS2 header of a client that wants no channel binding, and its base64 form (RFC 5802 §7).</summary>
    private const string NoBinding = "n,,";
    private const string NoBindingEncoded = "biws";

    public async Task<SaslLogin> RunAsync(byte[] first)
    {
        var clientFirst = Encoding.UTF8.GetString(first);
        if (!clientFirst.StartsWith(NoBinding, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"No client-first-message: {clientFirst}");
        }

        var bare = clientFirst[NoBinding.Length..];
        var user = Attribute(bare, 'n').Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        var nonce = Attribute(bare, 'r') + Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
        var salt = RandomNumberGenerator.GetBytes(16);
        var serverFirst = $"r={nonce},s={Convert.ToBase64String(salt)},i={Iterations}";

        var clientFinal = Encoding.UTF8.GetString(await ask(Encoding.UTF8.GetBytes(serverFirst)));
        var proofAt = clientFinal.LastIndexOf(",p=", StringComparison.Ordinal);
        var conversation = Encoding.UTF8.GetBytes($"{bare},{serverFirst},{clientFinal[..proofAt]}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(options.Password!), salt, Iterations, hash, HashLength);
        var isRight =
            user.Equals(options.UserName, StringComparison.Ordinal)
            && Attribute(clientFinal, 'c').Equals(NoBindingEncoded, StringComparison.Ordinal)
            && Attribute(clientFinal, 'r').Equals(nonce, StringComparison.Ordinal)
            && IsProof(Convert.FromBase64String(clientFinal[(proofAt + 3)..]), salted, conversation);
        if (isRight && options.ServerProof != ServerProof.Missing)
        {
            await ask(Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(Signature(salted, conversation))));
        }

        return new SaslLogin(user, "", isRight);
    }

    private int HashLength => CryptographicOperations.HashData(hash, []).Length;

    /// <summary>ClientProof = ClientKey XOR HMAC(H(ClientKey), AuthMessage) (RFC 5802 §3).</summary>
    private bool IsProof(byte[] proof, byte[] salted, byte[] conversation)
    {
        var clientKey = Hmac(salted, "Client Key"u8.ToArray());
        var signature = Hmac(CryptographicOperations.HashData(hash, clientKey), conversation);
        byte[] expected = [.. clientKey.Zip(signature, static (left, right) => (byte)(left ^ right))];
        return proof.AsSpan().SequenceEqual(expected);
    }

    private byte[] Signature(byte[] salted, byte[] conversation)
    {
        var signature = Hmac(Hmac(salted, "Server Key"u8.ToArray()), conversation);
        if (options.ServerProof == ServerProof.Wrong)
        {
            signature[0] ^= 1;
        }

        return signature;
    }

    private byte[] Hmac(byte[] key, byte[] data) => CryptographicOperations.HmacData(hash, key, data);

    private static string Attribute(string message, char name) =>
        message.Split(',').First(part => part.StartsWith($"{name}=", StringComparison.Ordinal))[2..];
}
