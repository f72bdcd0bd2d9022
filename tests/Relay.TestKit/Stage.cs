namespace Relay.TestKit;

/// <summary>Where a <see cref="ScriptedUpstream"/> can be told to do something else than usual.</summary>
public enum Stage
{
    /// <summary>A connection has come; nothing was said.</summary>
    Connect,
    Greeting,
    Ehlo,
    Helo,

    /// <summary>The reply to STARTTLS.</summary>
    StartTls,

    /// <summary>In place of the TLS handshake.</summary>
    Handshake,
    Auth,

    /// <summary>XCLIENT, where a line of the extensions offers it.</summary>
    XClient,
    Mail,

    /// <summary>Each RCPT; <see cref="Fault.For"/> narrows it to one recipient.</summary>
    Rcpt,
    Data,

    /// <summary>While the body comes; see <see cref="Fault.AfterBytes"/>.</summary>
    Body,

    /// <summary>The whole message has come.</summary>
    Dot,
    Rset,
    Noop,
    Quit,
}
