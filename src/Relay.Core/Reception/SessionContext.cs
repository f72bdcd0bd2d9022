using System.Net;
using Relay.Core.Messages;
using Relay.Core.Reception.Tls;

namespace Relay.Core.Reception;

/// <summary>What is known of a session: the peer, how it introduced itself, and the current transaction.</summary>
/// <param name="client">The client's address, IPv4-mapped ones as IPv4; null for a unix socket or a client within the process.</param>
/// <param name="listener">Name of the listener it came in by.</param>
/// <param name="mayRelay">Whether the access rules let this client send to anybody.</param>
internal sealed class SessionContext(IPAddress? client, string listener, bool mayRelay)
{
    public bool MayRelay { get; private set; } = mayRelay;

    /// <summary>TLS as it was agreed on; null in clear text.</summary>
    public TlsDetails? Tls { get; private set; }

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
        MayRelay = mayRelay;
        Origin = Origin with { Client = client, HelloName = "", IsTrusted = mayRelay };
        IsExtended = false;
        Transaction = null;
    }

    /// <summary>The handshake is done: what was said in clear text counts no more (RFC 3207 §4.2), and the client may be one whose certificate is known.</summary>
    public void Secure(TlsDetails tls)
    {
        Tls = tls;
        MayRelay |= tls.IsKnownClient;
        Origin = Origin with { HelloName = "", IsTrusted = MayRelay };
        IsExtended = false;
        Transaction = null;
    }
}
