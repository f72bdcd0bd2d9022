using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Core.Reception.Tls;

/// <summary>Looks at the certificate of one client during its handshake.</summary>
internal sealed class ClientCertificateCheck(ClientCertificateRules rules)
{
    /// <summary>The client showed a certificate that makes it known.</summary>
    public bool IsKnown { get; private set; }

    [SuppressMessage(
        "Security",
        "CA5359",
        Justification = "A client that is not known is let in as every client without a certificate is: it may not relay."
    )]
    public bool Accept(X509Certificate? certificate, SslPolicyErrors errors)
    {
        IsKnown = certificate is not null && rules.Knows(certificate, errors);
        return true;
    }
}
