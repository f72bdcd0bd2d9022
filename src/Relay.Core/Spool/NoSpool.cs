using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>There is none: in <c>Proxy</c> nothing is kept.</summary>
internal sealed class NoSpool : IMessageSpool
{
    private const string Why = "there is no spool";

    public SpoolCondition Condition { get; } = new(null, Why);

    public SpoolStatistics Statistics => SpoolStatistics.Empty;

    public event Action? WorkArrived
    {
        add { }
        remove { }
    }

    public ValueTask<IReadOnlyList<SpoolLease>> StoreAsync(SpoolEntry entry, CancellationToken cancellationToken) =>
        throw new SpoolUnavailableException(Why);

    public ValueTask<IReadOnlyList<SpoolLease>> ClaimAsync(SpoolClaim claim, CancellationToken cancellationToken) => new([]);

    public ValueTask<MessageBody> OpenBodyAsync(SpooledMessage message, CancellationToken cancellationToken) =>
        throw new SpoolUnavailableException(Why);

    public ValueTask<SpoolLease> BeginAttemptAsync(
        SpoolLease lease,
        string upstream,
        EarlierAttempts? earlier,
        CancellationToken cancellationToken
    ) => throw new SpoolUnavailableException(Why);

    public ValueTask SettleAsync(SpoolLease lease, Settlement settlement, CancellationToken cancellationToken) =>
        throw new SpoolUnavailableException(Why);

    public ValueTask<IReadOnlyList<SpooledDelivery>> ListAsync(QueueFilter filter, int limit, CancellationToken cancellationToken) =>
        new([]);

    public ValueTask<IReadOnlyList<AttemptEntry>> HistoryAsync(MessageId message, CancellationToken cancellationToken) => new([]);

    public ValueTask<QueueChange> ChangeAsync(QueueFilter filter, QueueAction action, int limit, CancellationToken cancellationToken) =>
        new(new QueueChange(0, null));

    public ValueTask ForgetGroupsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask BringForwardAsync(string? group, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
