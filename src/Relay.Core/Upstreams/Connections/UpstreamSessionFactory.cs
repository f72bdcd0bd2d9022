using System.Net;
using System.Net.Sockets;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections.MailKit;
using Relay.Core.Upstreams.Connections.Native;
using Relay.Core.Upstreams.Connections.OAuth2;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Opens sessions to one upstream with the options it has now, by the client that they name.</summary>
/// <param name="options">The upstream's options, asked for at each connection.</param>
/// <param name="connect">Gives the connector for such options: <see cref="NetworkConnectors.Create"/>, or one into an embedded mailbox.</param>
/// <param name="hostName">What EHLO says.</param>
/// <param name="heartbeat">Looks at the deadlines.</param>
/// <param name="time">The clock.</param>
/// <param name="chunkingGivenUp">Told when the upstream gets DATA from now on although it offers CHUNKING, with its reply to BDAT.</param>
/// <param name="login">Needed where the options have OAuth2.</param>
internal sealed class UpstreamSessionFactory(
    Func<UpstreamOptions> options,
    Func<UpstreamOptions, IUpstreamConnector> connect,
    string hostName,
    Heartbeat heartbeat,
    TimeProvider time,
    Action<SmtpReply>? chunkingGivenUp = null,
    TokenLogin? login = null
) : IUpstreamSessionFactory
{
    private readonly ChunkingTrust _chunking = new(chunkingGivenUp);

    public async ValueTask<OpenResult> OpenAsync(ForwardedClient? client, CancellationToken cancellationToken)
    {
        var current = options();
        if (current.OAuth2 is not null)
        {
            var withToken = login ?? throw new InvalidOperationException("An upstream has OAuth2, and nothing here fetches tokens.");
            return await withToken.OpenAsync(current, token => OpenAsync(current, client, token, cancellationToken), cancellationToken);
        }

        return Credentials.TryRead(current, out var credentials, out var unreadable)
            ? await OpenAsync(current, client, credentials, cancellationToken)
            : new OpenResult(null, unreadable);
    }

    private async ValueTask<OpenResult> OpenAsync(
        UpstreamOptions current,
        ForwardedClient? client,
        NetworkCredential? credentials,
        CancellationToken cancellationToken
    )
    {
        var spans = StageSpans.Begin();
        spans?.Enter(TransactionStage.Connect);
        var (stream, failure) = await ConnectAsync(current, client, cancellationToken);
        var result = stream is null
            ? new OpenResult(null, failure)
            : await GreetAsync(current, client, credentials, stream, spans, cancellationToken);
        spans?.End(result.Failure);
        return result;
    }

    private Task<OpenResult> GreetAsync(
        UpstreamOptions current,
        ForwardedClient? client,
        NetworkCredential? credentials,
        Stream stream,
        StageSpans? spans,
        CancellationToken cancellationToken
    ) =>
        current.Client == UpstreamClient.MailKit
            ? new SessionOpening(current, credentials, hostName, heartbeat, time, spans).OpenAsync(stream, cancellationToken)
            : new NativeOpening(current, credentials, client, hostName, heartbeat, time, _chunking, spans).OpenAsync(
                stream,
                cancellationToken
            );

    private async Task<(Stream? Stream, UpstreamFailure? Failure)> ConnectAsync(
        UpstreamOptions current,
        ForwardedClient? client,
        CancellationToken cancellationToken
    )
    {
        using var deadline = new CancellationTokenSource(current.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Stream? stream = null;
        try
        {
            stream = await connect(current).ConnectAsync(either.Token);
            if (current.ClientIdentity is ClientIdentity.ProxyV1 or ClientIdentity.ProxyV2)
            {
                await stream.WriteAsync(ProxyAnnouncement.Compose(current.ClientIdentity, client, stream), either.Token);
            }

            return (stream, null);
        }
        catch (OperationCanceledException exception)
        {
            await DropAsync(stream);
            var isWithdrawn = cancellationToken.IsCancellationRequested;
            return (null, Failed(isWithdrawn ? UpstreamFailureKind.Cancelled : UpstreamFailureKind.TimedOut, exception));
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await DropAsync(stream);
            return (null, Failed(UpstreamFailureKind.ConnectFailed, exception));
        }
    }

    private static ValueTask DropAsync(Stream? stream) => stream?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static UpstreamFailure Failed(UpstreamFailureKind kind, Exception cause) => new(TransactionStage.Connect, kind, Cause: cause);
}
