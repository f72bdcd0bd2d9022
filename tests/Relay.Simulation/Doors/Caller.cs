using System.Net;

namespace Relay.Simulation.Doors;

/// <summary>Who a client is to Relay by all that was said, as the rules of its world have it.</summary>
internal sealed record Caller
{
    public IPAddress? Address { get; set; }

    /// <summary>False when a balancer did not say who it speaks for.</summary>
    public bool HasRights { get; set; } = true;

    /// <summary>Name of the user that it has logged in as.</summary>
    public string? User { get; set; }

    public bool MayRelay => (HasRights && DoorRules.IsInside(Address)) || User is not null;

    /// <summary>What is counted as one client: the address with IPv4, the /64 with IPv6; null where nothing is counted.</summary>
    public static string? KeyOf(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is null ? null
            : plain.GetAddressBytes() is { Length: 16 } six ? Convert.ToHexString(six[..8])
            : plain.ToString();
    }
}
