using System.Globalization;
using System.Text;

namespace Relay.Core.Spool.Bounces;

/// <summary>Makes the value of Original-Recipient (RFC 3464 §2.3.1) of what ORCPT said.</summary>
internal static class OriginalRecipient
{
    private const string Utf8Type = "utf-8";

    /// <summary><c>type; address</c> with the address decoded, null when there is none.</summary>
    public static string? Read(string? orcpt)
    {
        var semicolon = orcpt?.IndexOf(';', StringComparison.Ordinal) ?? -1;
        if (orcpt is null || semicolon < 1)
        {
            return null;
        }

        var type = orcpt[..semicolon];
        var address = orcpt[(semicolon + 1)..];
        var isUtf8 = type.Equals(Utf8Type, StringComparison.OrdinalIgnoreCase);
        return $"{type}; {(isUtf8 ? DecodeUtf8(address) : Xtext.Decode(address))}";
    }

    /// <summary>Reads <c>\x{HEX}</c> of RFC 6533 §3; an address that is not well-formed stays as it came.</summary>
    private static string DecodeUtf8(string address)
    {
        var decoded = new StringBuilder(address.Length);
        var rest = address.AsSpan();
        int escape;
        while ((escape = rest.IndexOf("\\x{", StringComparison.Ordinal)) >= 0)
        {
            decoded.Append(rest[..escape]);
            rest = rest[(escape + 3)..];
            var end = rest.IndexOf('}');
            if (end < 0 || !TryReadRune(rest[..end], out var rune))
            {
                return address;
            }

            decoded.Append(rune.ToString());
            rest = rest[(end + 1)..];
        }

        return decoded.Append(rest).ToString();
    }

    private static bool TryReadRune(ReadOnlySpan<char> hex, out Rune rune)
    {
        rune = default;
        return int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && Rune.TryCreate(value, out rune)
            && !Rune.IsControl(rune)
            && !Rune.IsWhiteSpace(rune);
    }
}
