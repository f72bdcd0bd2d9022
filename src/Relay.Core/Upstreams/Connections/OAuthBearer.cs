using System.Net;
using System.Text;
using MailKit.Security;

namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// OAUTHBEARER (RFC 7628 §3.1). MailKit's own wants to know the server's address, which nobody but its client can tell it; this one serves both clients.
/// </summary>
/// <param name="credentials">The user, and an access token in place of the password.</param>
/// <param name="host">The server, as the client was told to reach it.</param>
/// <param name="port">Its port.</param>
internal sealed class OAuthBearer(NetworkCredential credentials, string host, int port) : SaslMechanism(credentials)
{
    private const char Separator = '\u0001';

    public override string MechanismName => "OAUTHBEARER";

    public override bool SupportsInitialResponse => true;

    protected override byte[] Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
    {
        if (IsAuthenticated)
        {
            return [(byte)Separator]; // the server has told why it does not take the token, and waits for this before it refuses (§3.2.3)
        }

        IsAuthenticated = true;
        // A comma or an equals sign within the name would end it (RFC 5801 §4).
        var user = Credentials.UserName.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(
            FormattableString.Invariant(
                $"n,a={user},{Separator}host={host}{Separator}port={port}{Separator}auth=Bearer {Credentials.Password}{Separator}{Separator}"
            )
        );
    }
}
