using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections;

/// <summary>The client that a connection to an upstream is opened for, where the upstream is told (<see cref="UpstreamOptions.ClientIdentity"/>). Such a connection serves no other.</summary>
/// <param name="Address">Its address.</param>
/// <param name="HelloName">What it said in EHLO; empty where only the address travels.</param>
/// <param name="User">Whom it logged in as at Relay; null where it did not, or where only the address travels.</param>
internal sealed record ForwardedClient(IPAddress Address, string HelloName, string? User)
{
    /// <summary>
    /// Null: the connection is Relay's own. So it is where the upstream is not told at all, and for mail that came from no address: by a unix socket, from a balancer that
    /// did not say for whom it spoke, and Relay's own notices.
    /// </summary>
    public static ForwardedClient? Of(MessageOrigin origin, ClientIdentity identity) =>
        (identity, origin.Client) switch
        {
            (ClientIdentity.None, _) or (_, null) => null,
            (ClientIdentity.XClient, var address) => new ForwardedClient(address, origin.HelloName, origin.User),
            (_, var address) => new ForwardedClient(address, "", null),
        };
}
