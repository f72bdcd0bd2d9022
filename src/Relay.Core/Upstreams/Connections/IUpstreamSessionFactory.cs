namespace Relay.Core.Upstreams.Connections;

/// <summary>Opens sessions to one upstream: connects, greets, starts TLS, authenticates.</summary>
internal interface IUpstreamSessionFactory
{
    /// <summary>Never throws for what a server or a network may do. Observes the upstream's own timeouts.</summary>
    /// <param name="client">Whom the connection is for, where the upstream is told; null: Relay itself.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    ValueTask<OpenResult> OpenAsync(ForwardedClient? client, CancellationToken cancellationToken);
}

/// <summary>A session, or why there is none.</summary>
internal readonly record struct OpenResult(IUpstreamSession? Session, UpstreamFailure? Failure);
