using System.Diagnostics.CodeAnalysis;

namespace Relay.Core.Reception.Sasl;

/// <summary>The client's first message of SCRAM (RFC 5802 §7, client-first-message), taken apart.</summary>
/// <param name="Header">gs2-header, with its comma.</param>
/// <param name="Bare">The rest: what the proof is made over.</param>
/// <param name="Authority">Whom the client wants to act for; empty: for itself.</param>
/// <param name="Name">Who it is.</param>
/// <param name="Nonce">Its part of the nonce.</param>
internal sealed record ScramFirstMessage(string Header, string Bare, string Authority, string Name, string Nonce)
{
    /// <summary>The client insists on channel binding.</summary>
    public bool WantsBinding => Header.StartsWith('p');

    public static bool TryParse(string text, [NotNullWhen(true)] out ScramFirstMessage? message)
    {
        message = null;
        var parts = text.Split(',');
        // n= must stand where a mandatory extension (m=) would: RFC 5802 §5.1 has it refused.
        if (parts.Length < 4 || !IsBindingFlag(parts[0]) || !TryReadName(parts[2], "n=", out var name) || name.Length == 0)
        {
            return false;
        }

        var authority = "";
        if (parts[1].Length > 0 && !TryReadName(parts[1], "a=", out authority))
        {
            return false;
        }

        if (!parts[3].StartsWith("r=", StringComparison.Ordinal) || !IsNonce(parts[3].AsSpan(2)))
        {
            return false;
        }

        var header = $"{parts[0]},{parts[1]},";
        message = new ScramFirstMessage(header, text[header.Length..], authority, name, parts[3][2..]);
        return true;
    }

    private static bool IsBindingFlag(string flag) =>
        flag is "n" or "y" || (flag.StartsWith("p=", StringComparison.Ordinal) && flag.Length > 2);

    private static bool IsNonce(ReadOnlySpan<char> nonce) => nonce.Length > 0 && !nonce.ContainsAnyExceptInRange('!', '~');

    // RFC 5802 §5.1: a comma comes as =2C, an equals sign as =3D, and any other use of it is an error.
    private static bool TryReadName(string part, string prefix, out string name)
    {
        name = "";
        if (!part.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var text = part[prefix.Length..];
        name = text.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        var escapes = text.Split('=').Skip(1);
        return escapes.All(static rest =>
            rest.StartsWith("2C", StringComparison.Ordinal) || rest.StartsWith("3D", StringComparison.Ordinal)
        );
    }
}
