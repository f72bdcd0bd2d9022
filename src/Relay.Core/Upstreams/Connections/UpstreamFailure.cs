using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Why a dialogue with an upstream broke off.</summary>
/// <param name="Stage">What was asked of the server last.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Reply">The reply that ended it, for <see cref="UpstreamFailureKind.Reply"/>.</param>
/// <param name="Cause">For the log; its text never reaches a client.</param>
internal sealed record UpstreamFailure(TransactionStage Stage, UpstreamFailureKind Kind, SmtpReply? Reply = null, Exception? Cause = null)
{
    /// <summary>The certificate that the server showed, where one came; it is what is wrong for <see cref="UpstreamFailureKind.CertificateNotTrusted"/>.</summary>
    public PeerCertificate? Certificate { get; init; }

    /// <summary>What happened, in words, where neither a reply nor an exception tells it.</summary>
    public string? Detail { get; init; }

    /// <summary>One line for logs and the API.</summary>
    public override string ToString() =>
        this switch
        {
            { Reply: { } reply } => $"{Stage}: {reply}",
            { Kind: UpstreamFailureKind.CertificateNotTrusted, Certificate: { } certificate } =>
                $"{Kind}: {certificate.Problem} ({certificate})",
            { Detail: { } detail } => $"{Kind} at {Stage}: {detail}",
            { Kind: UpstreamFailureKind.TimedOut } or { Cause: null } => $"{Kind} at {Stage}", // "a task was canceled" tells nobody anything
            _ => $"{Kind} at {Stage}: {Cause.Message}",
        };
}

internal enum UpstreamFailureKind
{
    /// <summary>A reply: one that ends the session (421, a refused greeting, EHLO or AUTH), or one that fits nowhere (3xx, 500, 502, 503 where a verdict was due).</summary>
    Reply,

    /// <summary>No connection: refused, unreachable, name not found.</summary>
    ConnectFailed,

    /// <summary>The connection was closed or reset.</summary>
    ConnectionLost,

    /// <summary>No reply in time.</summary>
    TimedOut,

    /// <summary>What came was not SMTP.</summary>
    Garbage,

    /// <summary>TLS was required and is not offered.</summary>
    TlsNotOffered,

    /// <summary>The handshake failed.</summary>
    TlsFailed,

    /// <summary>The handshake was ended by us: the certificate is not trusted.</summary>
    CertificateNotTrusted,

    /// <summary>Credentials are configured and AUTH is not offered.</summary>
    AuthNotOffered,

    /// <summary>The server is to be told whom mail comes from, by XCLIENT, and does not offer it to Relay.</summary>
    XClientNotOffered,

    /// <summary>OAuth2: the token endpoint refused what we showed, or that cannot be read.</summary>
    TokenRefused,

    /// <summary>OAuth2: the token endpoint did not answer, or not with a token.</summary>
    TokenUnavailable,

    /// <summary>The transaction was given up by its owner before the dot was out.</summary>
    Cancelled,

    /// <summary>This node's lease on the message was over before the dot was out: another node may have taken it.</summary>
    LeaseOver,

    /// <summary>A new connection was needed, and the server has asked for fewer: none was opened.</summary>
    LoginTooSoon,

    /// <summary>The message cannot be carried by this client or server: an address MailKit cannot express, SMTPUTF8 that is not offered.</summary>
    CannotCarry,
}
