using System.Net;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections.OAuth2;

/// <summary>Opens sessions of one upstream with an access token for a password; once more with a new one where the server does not take a token that it took before.</summary>
internal sealed class TokenLogin(OAuth2Tokens tokens)
{
    /// <summary>535 (RFC 4954 §6): the credentials are not accepted.</summary>
    private const int Unacceptable = 535;

    // Keeps the source, and its token, from one connection to the next.
    private OAuth2TokenSource? _source;

    /// <param name="upstream">With OAuth2.</param>
    /// <param name="open">Opens a session as this user.</param>
    /// <param name="cancellationToken">Gives up waiting for a token.</param>
    public async ValueTask<OpenResult> OpenAsync(
        UpstreamOptions upstream,
        Func<NetworkCredential, ValueTask<OpenResult>> open,
        CancellationToken cancellationToken
    )
    {
        var source = _source = tokens.For(upstream);
        for (var isAgain = false; ; isAgain = true)
        {
            var (token, failure) = await TakeAsync(source, cancellationToken);
            if (token is null)
            {
                return new OpenResult(null, failure);
            }

            var opened = await open(new NetworkCredential(upstream.UserName, token.Value));
            if (opened.Session is not null)
            {
                token.MarkWorked();
                return opened;
            }

            if (opened.Failure is not { Stage: TransactionStage.Auth, Reply: { Code: Unacceptable } reply })
            {
                return opened;
            }

            if (!source.Refused(token, reply.ToString()) || isAgain)
            {
                return opened;
            }
        }
    }

    private static async Task<(AccessToken? Token, UpstreamFailure? Failure)> TakeAsync(
        OAuth2TokenSource source,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var (token, problem) = await source.GetAsync(cancellationToken);
            return (token, problem?.ToFailure());
        }
        catch (OperationCanceledException exception)
        {
            return (null, new UpstreamFailure(TransactionStage.Auth, UpstreamFailureKind.Cancelled, Cause: exception));
        }
    }
}
