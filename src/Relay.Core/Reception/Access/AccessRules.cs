using System.Buffers;
using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Reception.Access;

/// <summary>Who may send to anybody: clients whose address lies in one of the networks, and nobody else. And which recipients take mail from anybody.</summary>
internal sealed class AccessRules
{
    // Old ways to have a server pass mail on: user%other@here, other!user@here, "user@other"@here. What a server behind Relay makes of them is not
    // known, and it trusts Relay.
    private static readonly SearchValues<char> Routing = SearchValues.Create("@%!");

    private readonly IPNetwork[] _networks;
    private readonly AddressPattern[] _recipients;

    /// <exception cref="FormatException">A network is not in CIDR form; the validator of the configuration finds it earlier.</exception>
    public AccessRules(AccessOptions options)
    {
        _networks = [.. options.Networks.Select(network => NetworkReach.Unmap(IPNetwork.Parse(network)))];
        _recipients = [.. options.Recipients.Select(Pattern)];
    }

    /// <summary>IPv4-mapped IPv6 addresses count as IPv4. A client without an address (unix socket) has no right of its own.</summary>
    public bool MayRelay(IPAddress? client)
    {
        var address = Unmap(client);
        return address is not null && Array.Exists(_networks, network => network.Contains(address));
    }

    /// <summary>Whether anybody may send to this recipient. One that asks for a way over other servers is never meant.</summary>
    public bool TakesFromAnybody(MailPath recipient)
    {
        var hasSourceRoute = recipient.Mailbox.Length != recipient.Text.Length;
        return !hasSourceRoute
            && !recipient.LocalPart.ContainsAny(Routing)
            && Array.Exists(_recipients, pattern => pattern.Matches(recipient));
    }

    /// <summary>An IPv4-mapped IPv6 address as the IPv4 address that it is: a dual-stack socket shows every IPv4 client as one.</summary>
    public static IPAddress? Unmap(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static AddressPattern Pattern(string text) =>
        AddressPattern.TryParse(text.Contains('@', StringComparison.Ordinal) ? text : $"*@{text}", out var pattern)
            ? pattern
            : throw new FormatException($"'{text}' is not a pattern of recipients.");
}
