namespace Relay.Core.Configuration;

/// <summary>One place where SMTP is listened for. A change needs a restart.</summary>
public sealed record ListenerOptions
{
    /// <summary><c>address:port</c>, <c>[v6]:port</c>, <c>*:port</c> for all addresses, <c>unix:/path</c>, or <c>systemd:NAME</c> for a socket that systemd hands over. Port 0 takes a free one.</summary>
    public string Address { get; init; } = "";

    /// <summary>Whether clients can, or must from the first byte, use TLS. Default: <see cref="ListenerTls.None"/>.</summary>
    public ListenerTls Tls { get; init; } = ListenerTls.None;

    /// <summary>Nothing but STARTTLS is served before TLS: 530 5.7.0 (RFC 3207 §4). Default: false.</summary>
    public bool RequireTls { get; init; }

    /// <summary>Whether MAIL is taken only from clients that have logged in; others are answered 530 5.7.0. Default: false.</summary>
    public bool RequireAuth { get; init; }

    /// <summary>Whether a client may log in without TLS, where others can read its password on the way. Default: false.</summary>
    public bool AllowClearTextAuth { get; init; }

    /// <summary>Networks (CIDR) of balancers that begin every connection with a PROXY header; from others none is taken. Default: none.</summary>
    public IReadOnlyList<string> ProxyProtocolFrom { get; init; } = [];

    /// <summary>Networks (CIDR) of servers that may speak for their clients by XCLIENT. Default: none.</summary>
    public IReadOnlyList<string> XClientFrom { get; init; } = [];
}

public enum ListenerTls
{
    /// <summary>Clear text only.</summary>
    None,

    /// <summary>STARTTLS is offered (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314 §3.3).</summary>
    Implicit,
}
