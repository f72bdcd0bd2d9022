using System.Net;
using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Tls;

namespace Relay.Core.Reception;

/// <summary>What is known of a session: the peer, how it introduced itself, and the current transaction.</summary>
/// <param name="client">The client's address, IPv4-mapped ones as IPv4; null for a unix socket or a client within the process.</param>
/// <param name="listener">Name of the listener it came in by.</param>
/// <param name="mayRelay">Whether the access rules let this client send to anybody.</param>
internal sealed class SessionContext(IPAddress? client, string listener, bool mayRelay)
{
    private bool _isInNetwork = mayRelay;
    private bool _isSpokenFor;

    /// <summary>By its network, by its certificate, or as a user.</summary>
    public bool MayRelay => _isInNetwork || (Tls is { IsKnownClient: true } && !_isSpokenFor) || User is not null;

    /// <summary>TLS as it was agreed on; null in clear text.</summary>
    public TlsDetails? Tls { get; private set; }

    /// <summary>Whether nobody between can read or change what is said.</summary>
    public bool IsSecure => Tls is not null;

    /// <summary>Whom the client has logged in as.</summary>
    public RelayUser? User { get; private set; }

    /// <summary>The login that AUTH began.</summary>
    public PendingLogin? PendingLogin { get; set; }

    /// <summary>XCLIENT is taken from this peer; that the client it names is somebody else changes nothing.</summary>
    public bool MaySpeakForOthers { get; init; }

    public MessageOrigin Origin { get; private set; } = new(client, "", listener) { IsTrusted = mayRelay };

    /// <summary>EHLO was said, so that extensions may be used (RFC 5321 §2.2.1).</summary>
    public bool IsExtended { get; private set; }

    /// <summary>The open transaction. What had come of its message by BDAT is dropped with it.</summary>
    public MailTransaction? Transaction
    {
        get;
        set
        {
            field?.Chunks?.Dispose();
            field = value;
        }
    }

    /// <summary>The BDAT command whose octets come next.</summary>
    public Chunk Chunk { get; set; }

    public SessionState State =>
        Transaction is { } transaction
            ? transaction.Chunks is not null
                ? SessionState.Chunks
                : transaction.Recipients.Count > 0
                    ? SessionState.Recipients
                    : SessionState.Sender
            : Origin.HelloName.Length > 0
                ? SessionState.Ready
                : SessionState.Connected;

    /// <summary>AUTH has succeeded: from now on the client may relay, and is trusted with bounces.</summary>
    public void LogIn(RelayUser user)
    {
        User = user;
        Origin = Origin with { User = user.Name, IsTrusted = true };
    }

    /// <summary>EHLO or HELO; an open transaction ends with it (RFC 5321 §4.1.4).</summary>
    public void Introduce(string name, bool isExtended)
    {
        if (!string.Equals(name, Origin.HelloName, StringComparison.Ordinal))
        {
            Origin = Origin with { HelloName = name };
        }

        IsExtended = isExtended;
        Transaction = null;
    }

    /// <summary>XCLIENT: from here on the session is that of another client, and begins anew with the greeting.</summary>
    public void SpeakFor(IPAddress? client, bool mayRelay)
    {
        (_isInNetwork, _isSpokenFor) = (mayRelay, true); // a certificate or a login of the gateway's own says nothing of its client
        User = null;
        PendingLogin = null;
        Origin = Origin with { Client = client, HelloName = "", User = null, IsTrusted = mayRelay };
        IsExtended = false;
        Transaction = null;
    }

    /// <summary>XCLIENT without an address: that of before still counts, a login or a certificate does not.</summary>
    public void SpeakForSomebody() => SpeakFor(Origin.Client, _isInNetwork);

    /// <summary>The handshake is done: what was said in clear text counts no more (RFC 3207 §4.2), and the client may be one whose certificate is known.</summary>
    public void Secure(TlsDetails tls)
    {
        Tls = tls;
        User = null;
        PendingLogin = null;
        Origin = Origin with { HelloName = "", User = null, IsTrusted = MayRelay };
        IsExtended = false;
        Transaction = null;
    }
}
