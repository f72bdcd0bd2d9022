using Relay.Core.Upstreams.Connections;

namespace Relay.Benchmarks.Micro;

/// <summary>Sessions without a network behind them, so that the pool alone is measured.</summary>
internal sealed class SilentSessions : IUpstreamSessionFactory
{
    public ValueTask<OpenResult> OpenAsync(ForwardedClient? client, CancellationToken cancellationToken) =>
        new(new OpenResult(new SilentSession(), null));

    private sealed class SilentSession : IUpstreamSession
    {
        public UpstreamCapabilities Capabilities { get; } = new(EightBitMime: true, SmtpUtf8: true, MaximumSize: null, Dsn: true);

        public bool IsReusable => true;

        public PeerDescription Describe() => new([], [], null, null);

        public ValueTask<TransactionResult> TransactAsync(Transaction transaction, CancellationToken cancellationToken) =>
            new(new TransactionResult(transaction.Recipients.Count));

        public ValueTask<bool> IsAliveAsync(CancellationToken cancellationToken) => new(true);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
