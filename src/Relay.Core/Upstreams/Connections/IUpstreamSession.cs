namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// One SMTP connection to one upstream, past greeting, EHLO, TLS and AUTH. The seam behind which another client can take MailKit's place.
/// Used by one transaction at a time.
/// </summary>
internal interface IUpstreamSession : IAsyncDisposable
{
    /// <summary>What this connection's own EHLO offered.</summary>
    UpstreamCapabilities Capabilities { get; }

    /// <summary>What else the server showed of itself. Put together when asked: mail has no need of it.</summary>
    PeerDescription Describe();

    /// <summary>
    /// Whether the next message may use this connection as it is: the last transaction ended with 250 to the dot, or RSET was answered 250.
    /// False after 421, a broken connection, or a reply that did not fit.
    /// </summary>
    bool IsReusable { get; }

    /// <summary>
    /// Runs MAIL, RCPT, DATA and the body. Never throws for what a server or a network may do: the result says how far it came.
    /// </summary>
    /// <param name="transaction">What to send; its <see cref="Transaction.Stage"/> is kept up to date while this runs.</param>
    /// <param name="cancellationToken">
    /// Gives the transaction up as long as the final dot is not out; from then on it is ignored, since only the reply tells what became of the message.
    /// </param>
    ValueTask<TransactionResult> TransactAsync(Transaction transaction, CancellationToken cancellationToken);

    /// <summary>NOOP, after a time of idleness; false when the connection is no good any more.</summary>
    ValueTask<bool> IsAliveAsync(CancellationToken cancellationToken);
}
