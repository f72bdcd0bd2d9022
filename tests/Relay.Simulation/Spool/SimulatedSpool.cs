using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Spool;

/// <summary>
/// A process's way to the <see cref="SimulatedDisk"/>: each write takes its time, may fail without having happened, and is on disk a moment before the process
/// learns of it; a kill may come in between.
/// </summary>
internal sealed class SimulatedSpool(SimulatedDisk disk, Life life, VirtualTime time, Random random, BodyStorage storage, Ledger ledger)
    : IMessageSpool
{
    private bool _isBroken;

    /// <summary>Every write fails.</summary>
    public bool IsBroken => _isBroken;

    /// <summary>No write fails but by <see cref="Break"/>.</summary>
    public bool IsSteady { get; init; }

    public event Action? WorkArrived;

    public SpoolCondition Condition => new(null, _isBroken ? "the disk fails" : null);

    public SpoolStatistics Statistics => disk.Statistics;

    /// <summary>For a while every write fails.</summary>
    public void Break(TimeSpan how)
    {
        ledger.Note("the disk fails");
        SetBroken(true);
        time.After(how, () => SetBroken(false));
    }

    private void SetBroken(bool isBroken)
    {
        _isBroken = isBroken;
        ledger.IsDiskFailing = isBroken && !life.IsOver;
    }

    public async ValueTask<IReadOnlyList<SpoolLease>> StoreAsync(SpoolEntry entry, CancellationToken cancellationToken)
    {
        var bodies = await ReadAsync([entry]);
        var leases = await WriteAsync(
            () =>
            {
                ledger.Stored(entry, bodies);
                return disk.Insert(entry, bodies);
            },
            () => ledger.NotStored(entry)
        );
        WorkArrived?.Invoke();
        return leases;
    }

    public async ValueTask<IReadOnlyList<SpoolLease>> ClaimAsync(SpoolClaim claim, CancellationToken cancellationToken) =>
        await WriteAsync(() => disk.Claim(claim));

    public async ValueTask<MessageBody> OpenBodyAsync(SpooledMessage message, CancellationToken cancellationToken)
    {
        await Task.Yield();
        using var writer = storage.CreateWriter();
        writer.Write(disk.BodyOf(message.Id));
        return writer.Complete(message.Traits);
    }

    public async ValueTask<SpoolLease> BeginAttemptAsync(
        SpoolLease lease,
        string upstream,
        EarlierAttempts? earlier,
        CancellationToken cancellationToken
    )
    {
        var narrowed = earlier?.Narrow(lease) ?? lease;
        var bodies = await ReadAsync(earlier?.Settled.Notices ?? []);
        if (!life.IsOver)
        {
            ledger.Chosen(narrowed, upstream);
        }

        await WriteAsync(() =>
        {
            disk.BeginAttempt(lease, upstream, earlier, bodies);
            ledger.Begun(lease, upstream, earlier, bodies);
            return 0;
        });
        if (earlier is not null)
        {
            WorkArrived?.Invoke();
        }

        return narrowed;
    }

    public async ValueTask SettleAsync(SpoolLease lease, Settlement settlement, CancellationToken cancellationToken)
    {
        var bodies = await ReadAsync(settlement.Notices);
        await WriteAsync(() =>
        {
            disk.Settle(lease, settlement, bodies);
            ledger.Settled(lease, settlement, bodies);
            return 0;
        });
        WorkArrived?.Invoke();
    }

    public ValueTask<IReadOnlyList<SpooledDelivery>> ListAsync(QueueFilter filter, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No operator looks at it here.");

    public ValueTask<IReadOnlyList<AttemptEntry>> HistoryAsync(MessageId message, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No operator looks at it here.");

    public ValueTask<QueueChange> ChangeAsync(QueueFilter filter, QueueAction action, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No operator looks at it here.");

    public async ValueTask ForgetGroupsAsync(IReadOnlyCollection<string> groups, CancellationToken cancellationToken) =>
        await WriteAsync(() =>
        {
            disk.ForgetGroups(groups);
            return 0;
        });

    public async ValueTask BringForwardAsync(string? group, CancellationToken cancellationToken) =>
        await WriteAsync(() =>
        {
            disk.BringForward(group, time.GetUtcNow());
            return 0;
        });

    private async Task<T> WriteAsync<T>(Func<T> write, Action? failed = null)
    {
        var completion = new TaskCompletionSource<T>();
        time.After(TimeSpan.FromMilliseconds(random.Next(1, 20)), () => Commit(write, failed, completion));
        return await completion.Task;
    }

    private void Commit<T>(Func<T> write, Action? failed, TaskCompletionSource<T> completion)
    {
        if (life.IsOver)
        {
            return; // it was not committed when the process died
        }

        var isFailing = _isBroken || (random.Next(300) == 0 && !IsSteady);
        if (isFailing)
        {
            failed?.Invoke();
        }

        var (result, failure) = isFailing ? (default!, new SpoolUnavailableException("the disk fails")) : Try(write);
        time.After(
            TimeSpan.FromMilliseconds(random.Next(10)),
            () =>
            {
                if (life.IsOver)
                {
                    return; // it was, and nobody was told
                }

                if (failure is null)
                {
                    completion.SetResult(result);
                }
                else
                {
                    completion.SetException(failure);
                }
            }
        );
    }

    private static (T Result, Exception? Failure) Try<T>(Func<T> write)
    {
        try
        {
            return (write(), null);
        }
        catch (LeaseLostException lost)
        {
            return (default!, lost);
        }
    }

    private static async Task<Dictionary<MessageId, byte[]>> ReadAsync(IReadOnlyList<SpoolEntry> entries)
    {
        Dictionary<MessageId, byte[]> bodies = [];
        foreach (var entry in entries.Concat(entries.SelectMany(static entry => entry.Notices)))
        {
            using var bytes = new MemoryStream();
            await entry.Body.CopyToAsync(bytes, CancellationToken.None);
            bodies[entry.Message.Id] = bytes.ToArray();
        }

        return bodies;
    }
}
