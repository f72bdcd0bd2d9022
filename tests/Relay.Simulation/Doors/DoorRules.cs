using System.Net;
using Relay.Core.Configuration;
using Relay.Simulation.Engine;

namespace Relay.Simulation.Doors;

/// <summary>How the front door of a world is configured, and what follows from it: told here a second time, in the words of the documentation.</summary>
internal sealed record DoorRules
{
    public const string OpenDomain = "open.test";

    /// <summary>A balancer that begins with a PROXY header. It could relay itself, which is nobody's right whom it does not name.</summary>
    public static readonly IPAddress Balancer = IPAddress.Parse("10.8.0.1");

    /// <summary>Servers that may speak for others; the second may relay itself.</summary>
    public static readonly IReadOnlyList<IPAddress> Gateways = [IPAddress.Parse("192.0.2.20"), IPAddress.Parse("10.9.0.1")];

    /// <summary>Whether XCLIENT is taken from there. The balancer is trusted too, but a connection of its own may be anybody's.</summary>
    public static bool MaySpeakForOthers(IPAddress? address) => Equals(address, Balancer) || Gateways.Contains(address);

    public required ListenerOptions Listener { get; init; }

    public required LimitOptions Limits { get; init; }

    public FailedLoginOptions FailedLogins { get; init; } =
        new()
        {
            PerAddress = 3,
            PerUser = 4,
            Lockout = TimeSpan.FromMinutes(1),
        };

    public bool HasOtherGroup { get; init; }

    public AccessOptions Access =>
        new()
        {
            Networks = ["10.0.0.0/8", "2001:db8:1::/48"],
            Recipients = [OpenDomain],
            Users = DoorPeople.Users,
            FailedLogins = FailedLogins,
        };

    public static DoorRules Create(Random random, bool hasOtherGroup)
    {
        var tls = (ListenerTls)random.Next(3);
        return new DoorRules
        {
            HasOtherGroup = hasOtherGroup,
            Listener = new ListenerOptions
            {
                Address = "127.0.0.1:25",
                Tls = tls,
                RequireTls = tls == ListenerTls.StartTls && random.Next(4) == 0,
                RequireAuth = random.Next(6) == 0,
                AllowClearTextAuth = random.Next(4) > 0,
                ProxyProtocolFrom = ["10.8.0.0/24"],
                XClientFrom = ["192.0.2.16/28", "10.9.0.0/16", "10.8.0.1/32"],
            },
            Limits = new LimitOptions
            {
                ConnectionsPerClient = random.Next(1, 4),
                MessagesPerClientPerMinute = random.Next(2) * random.Next(2, 8),
                RecipientsPerClientPerMinute = random.Next(2) * random.Next(3, 12),
                Recipients = random.Next(2, 5),
                MessageSize = random.Next(2) == 0 ? 10_000 : 26_214_400,
                Errors = random.Next(5, 21),
                GreetingDelay = TimeSpan.FromSeconds(random.Next(2) * random.Next(1, 4)),
            },
        };
    }

    /// <summary>Routes by user and by client stand before that by domain.</summary>
    public RelayOptions ApplyTo(RelayOptions options)
    {
        var routes = new List<RouteOptions>
        {
            new() { User = DoorPeople.Bob, Group = Topology.OtherName },
            new() { Client = "10.7.0.0/16", Group = Topology.OtherName },
        };
        return options with { Limits = Limits, Access = Access, Routes = HasOtherGroup ? [.. routes, .. options.Routes] : options.Routes };
    }

    /// <summary>In one of the networks that may relay.</summary>
    public static bool IsInside(IPAddress? address)
    {
        var text = (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "";
        return text.StartsWith("10.", StringComparison.Ordinal) || text.StartsWith("2001:db8:1:", StringComparison.Ordinal);
    }

    /// <summary>Whom anybody may send to: those of one domain, unless their address asks for a way over other servers.</summary>
    public static bool IsForAnybody(string address) =>
        address.EndsWith($"@{OpenDomain}", StringComparison.Ordinal) && !address[..^(OpenDomain.Length + 1)].AsSpan().ContainsAny("@%!:");

    /// <summary>Name of the group that mail of this client for this recipient goes to.</summary>
    public string GroupOf(Caller caller, string address)
    {
        var plain = caller.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : caller.Address;
        var isOther =
            string.Equals(caller.User, DoorPeople.Bob, StringComparison.Ordinal)
            || plain?.ToString().StartsWith("10.7.", StringComparison.Ordinal) == true
            || address.EndsWith($"@{Topology.OtherDomain}", StringComparison.Ordinal);
        return HasOtherGroup && isOther ? Topology.OtherName : "default";
    }
}
