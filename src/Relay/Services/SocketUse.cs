using Relay.Core.Configuration;

namespace Relay.Services;

/// <summary>What the configuration expects of systemd beside what it got; asked before anything is listened on.</summary>
internal sealed class SocketUse(RelayOptions options, ActivatedSockets activated)
{
    private IEnumerable<string> Addresses => options.Listeners.Values.Select(listener => listener.Address).Append(options.Admin.Address);

    /// <summary>What keeps Relay from listening, in words; null when all is there.</summary>
    public string? FindFault() => Addresses.Select(FaultOf).FirstOrDefault(fault => fault is not null) ?? FindOpenAdmin();

    /// <summary>Names of sockets that nobody takes mail on: systemd keeps them open, and whoever connects there waits in vain.</summary>
    public IEnumerable<string> FindUnused() =>
        activated.Names.Except(
            Addresses.Select(address => SystemdAddress.TryGetName(address, out var name) ? name : ""),
            StringComparer.Ordinal
        );

    private string? FaultOf(string address) =>
        SystemdAddress.TryGetName(address, out var name) && activated.WhyNot(name) is { } reason
            ? $"cannot listen on {address}: {reason}"
            : null;

    // What the validation holds for addresses of the configuration. The one behind a name of systemd is known only now.
    private string? FindOpenAdmin()
    {
        var (configured, real) = (options.Admin.Address, activated.Resolve(options.Admin.Address));
        var isOpen = real != configured && !AdminAddress.IsLocal(real) && string.IsNullOrEmpty(options.Admin.Token);
        return isOpen ? $"cannot listen on {configured}: {real} is open to other machines and needs Relay:Admin:Token or TokenFile" : null;
    }
}
