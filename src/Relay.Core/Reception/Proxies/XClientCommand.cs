using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Relay.Core.Reception.Access;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Proxies;

/// <summary>The attributes of one XCLIENT command: <c>name=xtext</c>, with blanks between them.</summary>
internal sealed record XClientCommand
{
    private const int LongestHello = 255;
    private const string SixPrefix = "IPV6:";

    // The runtime reads more than addresses: "1", "0x7f.1", "[::1]:25", "fe80::1%eth0".
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>ADDR was given; a client whose address is not known has null.</summary>
    public bool HasAddress { get; private set; }

    public IPAddress? Address { get; private set; }

    public string? Hello { get; private set; }

    /// <summary>PROTO; ESMTP unless it says SMTP.</summary>
    public bool IsExtended { get; private set; } = true;

    /// <summary>Null where something is not as it should be: nothing of the command counts then.</summary>
    public static XClientCommand? Read(ReadOnlySpan<byte> argument)
    {
        var command = new XClientCommand();
        var count = 0;
        foreach (var range in argument.Split((byte)' '))
        {
            var word = argument[range];
            if (word.IsEmpty)
            {
                continue;
            }

            count++;
            var equals = word.IndexOf((byte)'=');
            if (equals <= 0 || !Xtext.TryDecode(word[(equals + 1)..], out var value) || !command.Take(word[..equals], value))
            {
                return null;
            }
        }

        return count > 0 ? command : null;
    }

    private bool Take(ReadOnlySpan<byte> name, string value)
    {
        var known =
            value.Equals("[UNAVAILABLE]", StringComparison.OrdinalIgnoreCase)
            || value.Equals("[TEMPUNAVAIL]", StringComparison.OrdinalIgnoreCase)
                ? null
                : value;
        if (value.Length == 0)
        {
            return false;
        }

        if (Ascii.EqualsIgnoreCase(name, "ADDR"u8))
        {
            return TakeAddress(known);
        }

        if (Ascii.EqualsIgnoreCase(name, "HELO"u8))
        {
            Hello = known;
            return value.Length <= LongestHello && !value.Contains(' ', StringComparison.Ordinal);
        }

        if (Ascii.EqualsIgnoreCase(name, "PROTO"u8))
        {
            IsExtended = !value.Equals("SMTP", StringComparison.OrdinalIgnoreCase);
            return !IsExtended || known is null || value.Equals("ESMTP", StringComparison.OrdinalIgnoreCase);
        }

        // Relay asks for none of these: it goes by addresses, and a login at another server gives no right here.
        return Ascii.EqualsIgnoreCase(name, "NAME"u8)
            || Ascii.EqualsIgnoreCase(name, "LOGIN"u8)
            || (Ascii.EqualsIgnoreCase(name, "PORT"u8) && (known is null || ushort.TryParse(known, out _)));
    }

    private bool TakeAddress(string? value)
    {
        HasAddress = true;
        if (value is null)
        {
            return true;
        }

        var isSix = value.StartsWith(SixPrefix, StringComparison.OrdinalIgnoreCase);
        var text = isSix ? value[SixPrefix.Length..] : value;
        if (text.AsSpan().ContainsAnyExcept(AddressCharacters) || !IPAddress.TryParse(text, out var address))
        {
            return false;
        }

        Address = AccessRules.Unmap(address);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? isSix
            : !isSix && string.Equals(address.ToString(), text, StringComparison.Ordinal);
    }
}
