using Relay.Core.Upstreams.Connections;

namespace Relay.Tests.Upstreams.Connections;

/// <summary>Sessions without a network behind them, counted.</summary>
internal sealed class FakeSessions : IUpstreamSessionFactory
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _quits;

    public UpstreamFailure? Failure { get; set; }

    public bool IsAlive { get; set; } = true;

    /// <summary>Whom connections were opened for, in order.</summary>
    public List<ForwardedClient?> Clients { get; } = [];

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    public int Checks { get; set; }

    public int MostOpen { get; private set; }

    public int Open => Opened - Closed;

    public void HoldQuits() => _quits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ReleaseQuits() => _quits?.TrySetResult();

    public ValueTask<OpenResult> OpenAsync(ForwardedClient? client, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            return new ValueTask<OpenResult>(new OpenResult(null, Failure));
        }

        lock (_lock)
        {
            Clients.Add(client);
            Opened++;
            MostOpen = Math.Max(MostOpen, Open);
        }

        return new ValueTask<OpenResult>(new OpenResult(new FakeSession(this), null));
    }

    public async ValueTask CloseAsync()
    {
        await (_quits?.Task ?? Task.CompletedTask);
        lock (_lock)
        {
            Closed++;
        }
    }
}
