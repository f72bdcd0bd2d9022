using System.Net;
using System.Text;
using MailKit.Security;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Makes the mechanism that was chosen: MailKit's, but for the one that it has only half of.</summary>
internal static class SaslMechanisms
{
    /// <exception cref="ArgumentException">Nobody knows it; <see cref="SaslChoice"/> chooses none of these.</exception>
    public static SaslMechanism Create(string name, NetworkCredential credentials, UpstreamOptions options)
    {
        if (name == "OAUTHBEARER")
        {
            var (host, port) = UpstreamPeer.NameOf(options);
            return new OAuthBearer(credentials, host, port);
        }

        return SaslMechanism.Create(name, Encoding.UTF8, credentials)
            ?? throw new ArgumentException($"MailKit does not know {name}.", nameof(name));
    }
}
