using System.Net;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>A host that an answer names.</summary>
/// <param name="Host">Its name, in lower case and without the final dot.</param>
/// <param name="Port">What an SRV record says; null where the configuration does.</param>
/// <param name="Preference">Of the MX or SRV record: lower is used first.</param>
/// <param name="Weight">Of the SRV record.</param>
/// <param name="Addresses">Its addresses, each once, in ascending order.</param>
internal sealed record DiscoveredTarget(string Host, int? Port, int Preference, int Weight, IReadOnlyList<IPAddress> Addresses)
{
    public bool Equals(DiscoveredTarget? other) =>
        other is not null
        && (Host, Port, Preference, Weight) == (other.Host, other.Port, other.Preference, other.Weight)
        && Addresses.SequenceEqual(other.Addresses);

    public override int GetHashCode() => HashCode.Combine(Host, Port, Preference, Weight, Addresses.Count);

    public override string ToString() => $"{Host}{(Port is { } port ? $":{port}" : "")} [{string.Join(", ", Addresses)}]";
}
