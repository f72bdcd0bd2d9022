using Relay.Core.Upstreams.Connections;

namespace Relay.Tests.Upstreams.Connections;

internal sealed class FakeSession(FakeSessions sessions) : IUpstreamSession
{
    public UpstreamCapabilities Capabilities { get; } = new(true, true, null, true);

    public bool IsReusable { get; set; } = true;

    public PeerDescription Describe() => new([], [], null, null);

    public ValueTask<TransactionResult> TransactAsync(Transaction transaction, CancellationToken cancellationToken) =>
        new(new TransactionResult(transaction.Recipients.Count));

    public ValueTask<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        sessions.Checks++;
        return new ValueTask<bool>(sessions.IsAlive);
    }

    public ValueTask DisposeAsync() => sessions.CloseAsync();
}
