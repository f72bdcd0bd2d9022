using System.Security.Cryptography;
using System.Text;

namespace Relay.Tests.Reception;

/// <summary>The client's side of SCRAM-SHA-256, written from RFC 5802 §3 by itself, so that a mistake is not made on both sides.</summary>
internal sealed class ScramClient(string user, string password, string nonce = "rOprNGfwEbeRWgbNEkqO")
{
    public string First => $"n,,{Bare}";

    public string ExpectedSignature { get; private set; } = "";

    private string Bare => $"n={user},r={nonce}";

    public string Final(string serverFirst)
    {
        var parts = serverFirst.Split(',');
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            password,
            Convert.FromBase64String(parts[1][2..]),
            int.Parse(parts[2][2..], null),
            HashAlgorithmName.SHA256,
            32
        );
        var withoutProof = $"c=biws,{parts[0]}";
        var conversation = Encoding.UTF8.GetBytes($"{Bare},{serverFirst},{withoutProof}");
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(clientKey), conversation);
        var proof = clientKey.Zip(signature, (key, sign) => (byte)(key ^ sign)).ToArray();
        ExpectedSignature = $"v={Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), conversation))}";
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }
}
