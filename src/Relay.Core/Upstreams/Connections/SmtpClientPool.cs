#pragma warning disable
namespace Relay.Core.Upstreams.Connections;

internal sealed class SmtpClientPool : IAsyncDisposable
{
    public ValueTask<PoolResult> AcquireAsync(bool fresh, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal readonly record struct PoolResult(SmtpClientLease? Lease, UpstreamFailure? Failure);

internal sealed class SmtpClientLease : IAsyncDisposable
{
    public IUpstreamSession Session => null!;
    public bool IsReused => false;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
