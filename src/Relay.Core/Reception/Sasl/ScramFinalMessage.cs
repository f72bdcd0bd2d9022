using System.Diagnostics.CodeAnalysis;

namespace Relay.Core.Reception.Sasl;

/// <summary>The client's last message of SCRAM (RFC 5802 §7, client-final-message), taken apart.</summary>
/// <param name="WithoutProof">What the proof is made over.</param>
/// <param name="Binding">The header of the first message again, in Base64.</param>
/// <param name="Nonce">Both parts of the nonce.</param>
/// <param name="Proof">That the client knows the password.</param>
internal sealed record ScramFinalMessage(string WithoutProof, string Binding, string Nonce, byte[] Proof)
{
    private const string ProofPrefix = ",p=";

    public static bool TryParse(string text, [NotNullWhen(true)] out ScramFinalMessage? message)
    {
        message = null;
        var end = text.LastIndexOf(ProofPrefix, StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var encoded = text[(end + ProofPrefix.Length)..];
        var proof = new byte[encoded.Length];
        var parts = text[..end].Split(',');
        if (
            parts.Length < 2
            || !parts[0].StartsWith("c=", StringComparison.Ordinal)
            || !parts[1].StartsWith("r=", StringComparison.Ordinal)
            || !Convert.TryFromBase64String(encoded, proof, out var length)
        )
        {
            return false;
        }

        message = new ScramFinalMessage(text[..end], parts[0][2..], parts[1][2..], proof[..length]);
        return true;
    }
}
