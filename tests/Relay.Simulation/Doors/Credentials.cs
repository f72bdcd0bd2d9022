using System.Security.Cryptography;
using System.Text;

namespace Relay.Simulation.Doors;

/// <summary>A name and a password, as each mechanism writes them.</summary>
internal sealed record Credentials(string User, string Password, string Authority = "")
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";

    public static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string Decode(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));

    public string Plain => Encode($"{Authority}\0{User}\0{Password}");

    public string ScramFirst => Encode($"n,{(Authority.Length > 0 ? $"a={Authority}" : "")},{Bare}");

    private string Bare => $"n={User},r={Nonce}";

    private string Binding => Encode($"n,{(Authority.Length > 0 ? $"a={Authority}" : "")},");

    /// <summary>The proof, and the signature by which the server proves itself (RFC 5802 §3).</summary>
    public (string Final, string Signature) ScramFinal(string challenge)
    {
        var parts = challenge.Split(',', 3);
        var salted = new byte[32];
        Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(Password),
            Convert.FromBase64String(parts[1][2..]),
            salted,
            int.Parse(parts[2][2..], System.Globalization.CultureInfo.InvariantCulture),
            HashAlgorithmName.SHA256
        );
        var key = HMACSHA256.HashData(salted, "Client Key"u8);
        var withoutProof = $"c={Binding},{parts[0]}";
        var conversation = Encoding.UTF8.GetBytes($"{Bare},{challenge},{withoutProof}");
        var signature = HMACSHA256.HashData(SHA256.HashData(key), conversation);
        var proof = key.Zip(signature, static (one, other) => (byte)(one ^ other)).ToArray();
        var server = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), conversation);
        return (Encode($"{withoutProof},p={Convert.ToBase64String(proof)}"), $"v={Convert.ToBase64String(server)}");
    }
}
