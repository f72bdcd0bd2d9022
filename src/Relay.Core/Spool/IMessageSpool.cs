using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>
/// The durable store of messages that Relay has answered for. What a method has returned from is on disk; what it threw for has not happened.
/// Safe for use by many at once.
/// </summary>
/// <remarks>All methods that reach the store throw <see cref="SpoolUnavailableException"/> when it cannot be reached.</remarks>
internal interface IMessageSpool
{
    /// <summary>Whether it takes messages; free to ask.</summary>
    SpoolCondition Condition { get; }

    /// <summary>As of a moment ago; free to ask.</summary>
    SpoolStatistics Statistics { get; }

    /// <summary>Raised when something may have become due at once: stored, released, retried, given back.</summary>
    event Action? WorkArrived;

    /// <summary>Whether a final dot may go out under the lease: nobody else can have taken it over yet; free to ask.</summary>
    bool Holds(SpoolLease lease) => true;

    /// <summary>Stores a message and all that belongs to it, or nothing.</summary>
    /// <returns>A lease for each active part, in their order.</returns>
    ValueTask<IReadOnlyList<SpoolLease>> StoreAsync(SpoolEntry entry, CancellationToken cancellationToken);

    /// <summary>Takes leases on rows that are due, the longest due first.</summary>
    ValueTask<IReadOnlyList<SpoolLease>> ClaimAsync(SpoolClaim claim, CancellationToken cancellationToken);

    /// <summary>The bytes of a message under lease. The caller owns the reference.</summary>
    /// <exception cref="BodyLostException">It is not there.</exception>
    ValueTask<MessageBody> OpenBodyAsync(SpooledMessage message, CancellationToken cancellationToken);

    /// <summary>From now on the final dot may go out to this server, for those whom the earlier attempts of the run have left open.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="upstream">Name of the server.</param>
    /// <param name="earlier">What they have settled, written in the same commit; null when that is nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease on what is left in the row.</returns>
    /// <exception cref="LeaseLostException">The lease is another's now.</exception>
    ValueTask<SpoolLease> BeginAttemptAsync(
        SpoolLease lease,
        string upstream,
        EarlierAttempts? earlier,
        CancellationToken cancellationToken
    );

    /// <summary>Writes what a run came to and ends the lease.</summary>
    /// <exception cref="LeaseLostException">The lease is another's now.</exception>
    ValueTask SettleAsync(SpoolLease lease, Settlement settlement, CancellationToken cancellationToken);

    /// <summary>The rows of an operator's choice in the order of their numbers, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<SpooledDelivery>> ListAsync(QueueFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>All attempts of one message, in order.</summary>
    ValueTask<IReadOnlyList<AttemptEntry>> HistoryAsync(MessageId message, CancellationToken cancellationToken);

    /// <summary>Does something with at most <paramref name="limit"/> rows behind <see cref="QueueFilter.After"/>.</summary>
    ValueTask<QueueChange> ChangeAsync(QueueFilter filter, QueueAction action, int limit, CancellationToken cancellationToken);

    /// <summary>The routes have changed: where rows go has to be found out anew, but for those whose group an operator has chosen.</summary>
    /// <param name="groups">Names of the groups that there are now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask ForgetGroupsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellationToken);

    /// <summary>Room has come earlier than was thought: what waits for room in a group, or in any (null), is due now.</summary>
    ValueTask BringForwardAsync(string? group, CancellationToken cancellationToken);
}

/// <summary>Which rows a worker takes.</summary>
/// <param name="Group">Rows of this group; empty for those whose group has to be found out.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="Now">What is due until then.</param>
/// <param name="ExpiredOnly">Only what is to be given up.</param>
internal readonly record struct SpoolClaim(string Group, int Limit, DateTimeOffset Now, bool ExpiredOnly = false);

/// <summary>One attempt in the history of a message.</summary>
internal sealed record AttemptEntry(DateTimeOffset At, AttemptRecord Attempt);

/// <summary>What an operator's action came to.</summary>
/// <param name="Changed">Rows.</param>
/// <param name="Last">The last row that was looked at, to go on behind it; null when there are no more.</param>
internal readonly record struct QueueChange(int Changed, long? Last);
