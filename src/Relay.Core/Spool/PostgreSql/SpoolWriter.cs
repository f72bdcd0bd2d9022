using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>
/// The one writer of this node: whatever waits is written in one batch, which is one round trip and one commit, and only then is anybody told. A write that
/// is refused does not take its neighbours with it. Where a connection breaks in the midst of a commit, the database is asked what became of it.
/// </summary>
internal sealed class SpoolWriter : IAsyncDisposable
{
    private const int MostTogether = 300;
    private const int MostTries = 5;

    /// <summary>Each batch expects so much less company than the one before, and one less: an eighth.</summary>
    private const int Forgetting = 8;

    /// <summary>So long the database is asked what became of a commit, before its writers are told that nobody knows.</summary>
    private static readonly TimeSpan DoubtPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StatementPatience = TimeSpan.FromSeconds(6);

    /// <summary>How long a batch waits at most for as many writes as came together lately.</summary>
    private static readonly TimeSpan GatherPatience = TimeSpan.FromMilliseconds(25);

    /// <summary>How long a write waits for company that nobody waits for.</summary>
    private static readonly TimeSpan SettlePatience = TimeSpan.FromMilliseconds(30);

    private static readonly TimeSpan GatherStep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SpoolSessions _sessions;
    private readonly NodeLease _lease;
    private readonly SharedCounts _counts;
    private readonly WorkNotices _notices;
    private readonly TimeProvider _time;
    private readonly WriteQueue<ISpoolWrite> _waiting;
    private readonly List<ISpoolWrite> _batch = [];
    private readonly Task _run;
    private WriterSession? _session;
    private long _number;
    private int _hurried;

    public SpoolWriter(SpoolSessions sessions, NodeLease lease, SharedCounts counts, WorkNotices notices, TimeProvider time)
    {
        (_sessions, _lease, _counts, _notices, _time) = (sessions, lease, counts, notices, time);
        Trouble = new WriterTrouble(time);
        _waiting = new WriteQueue<ISpoolWrite>(
            MostTogether,
            SettlePatience,
            static write => write.Fail(Unavailable("the spool is closed")),
            time
        );
        _run = Task.Run(RunAsync);
    }

    /// <summary>What keeps it from writing, if anything does.</summary>
    public WriterTrouble Trouble { get; }

    /// <summary>Returns when it is committed.</summary>
    /// <param name="write">Adds its statements, and returns what gives the result; called anew for each try.</param>
    /// <param name="needsLease">It claims or names something.</param>
    /// <param name="isNewMail">A message that nobody has been answered 250 for.</param>
    /// <exception cref="SpoolUnavailableException">It has not happened, or nobody knows.</exception>
    public Task<T> WriteAsync<T>(Func<WritePlan, Func<T>> write, bool needsLease = true, bool isNewMail = false)
    {
        var waiting = new SpoolWrite<T>(write, needsLease, isNewMail);
        _waiting.Add(waiting);
        return waiting.Written;
    }

    /// <summary>The same for what no client waits for: it goes with the next write that is in a hurry.</summary>
    public Task<T> WriteSoonAsync<T>(Func<WritePlan, Func<T>> write, bool needsLease = false)
    {
        var waiting = new SpoolWrite<T>(write, needsLease, isNewMail: false);
        _waiting.AddPatient(waiting);
        return waiting.Written;
    }

    /// <summary>Does something while no batch is under way.</summary>
    public Task BetweenAsync(Func<Task> action)
    {
        var pause = new SpoolPause(action);
        _waiting.Add(pause);
        return pause.Done;
    }

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Close();
        await _run;
        _waiting.RejectPatient();
        await CloseAsync();
    }

    private async Task RunAsync()
    {
        while (await _waiting.WaitAsync())
        {
            await GatherAsync();
            _batch.Clear();
            _hurried = Math.Max(_waiting.Hurrying, _hurried - 1 - (_hurried / Forgetting));
            _waiting.Take(_batch);
            foreach (var pause in _batch.OfType<SpoolPause>())
            {
                await pause.RunAsync();
            }

            _batch.RemoveAll(static write => write is SpoolPause);
            FailWithoutLease(_batch);
            await WriteAllAsync(_batch);
        }
    }

    /// <summary>
    /// Those who were answered together come back together, a moment apart: waiting for them makes one commit of many. Who writes alone does not wait, and one who came in
    /// between does not make all the others go one by one.
    /// </summary>
    private async Task GatherAsync()
    {
        for (var begin = _time.GetTimestamp(); _waiting.Hurrying < _hurried && _time.GetElapsedTime(begin) < GatherPatience; )
        {
            await Task.Delay(GatherStep, _time);
        }
    }

    private void FailWithoutLease(List<ISpoolWrite> batch)
    {
        if (!_lease.IsHeld)
        {
            batch.RemoveAll(write =>
            {
                if (write.NeedsLease)
                {
                    write.Fail(Unavailable("this node's lease has run out"));
                }

                return write.NeedsLease;
            });
        }
    }

    /// <summary>Until each is written or told why not.</summary>
    private async Task WriteAllAsync(List<ISpoolWrite> batch)
    {
        try
        {
            for (var tries = 1; batch.Count > 0 && !await TryWriteAsync(batch, tries >= MostTries); tries++) { }
        }
        catch (Exception defect) when (batch.Count > 1 && defect is not BatchRefusedException && !DatabaseTrouble.Is(defect))
        {
            foreach (var write in batch)
            {
                await WriteAllAsync([write]);
            }
        }
        catch (Exception failure)
        {
            await FailAsync(batch, failure);
        }
    }

    /// <summary>False when there is something to be tried again, without those who were to blame.</summary>
    private async Task<bool> TryWriteAsync(List<ISpoolWrite> batch, bool isLast)
    {
        var session = await OpenAsync();
        await KeepAsync(token => _sessions.SettleInAsync(session, token));
        if (await PlanAsync(session, batch) is not { } plans)
        {
            return false;
        }

        try
        {
            var (number, notice) = (++_number, _notices.TakeFor(plans));
            await KeepAsync(token => session.CommitAsync(number, plans, notice, token));
            Succeed(batch, plans);
            return true;
        }
        catch (BatchRefusedException refusal) when (refusal.IsOwnFault)
        {
            FailOne(batch, refusal);
            return false;
        }
        catch (BatchRefusedException refusal) when (refusal.IsDiskFull && refusal.Plan >= 0 && !isLast)
        {
            await FailForWantOfRoomAsync(batch, refusal);
            return false;
        }
        catch (BatchRefusedException refusal) when (refusal.IsPassing && !isLast)
        {
            return false;
        }
        catch (Exception failure) when (IsBreak(failure))
        {
            return await ResolveAsync(session.Node, batch, plans, failure, isLast);
        }
    }

    /// <summary>Null when there were not numbers enough; there are now.</summary>
    private async Task<List<WritePlan>?> PlanAsync(WriterSession session, List<ISpoolWrite> batch)
    {
        var numbers = session.Numbers;
        try
        {
            List<WritePlan> plans = [];
            foreach (var write in batch)
            {
                var plan = session.NewPlan();
                write.Plan(plan);
                plans.Add(plan);
            }

            return plans;
        }
        catch (NumbersSpentException)
        {
            await KeepAsync(token => session.TakeNumbersAsync(numbers, token)); // more each time
            return null;
        }
    }

    /// <summary>The connection may have ended before the commit or after it; or another session has taken the place of this one.</summary>
    private static bool IsBreak(Exception failure) =>
        failure is BatchRefusedException refusal ? refusal.IsBreak || refusal.IsShutOut : DatabaseTrouble.Is(failure);

    /// <summary>
    /// Whether the batch was committed stands in the node's own row; a new session first waits for what is left of the old one, then shuts it out. False when
    /// it was not, and is to be tried again.
    /// </summary>
    private async Task<bool> ResolveAsync(long node, List<ISpoolWrite> batch, List<WritePlan> plans, Exception failure, bool isLast)
    {
        var tried = _number;
        await CloseAsync();
        var session = await ReopenAsync();
        if (session?.Node == node && session.LastBatch == tried)
        {
            Succeed(batch, plans);
            return true;
        }

        // Under another name, or without an answer, nobody knows.
        return session?.Node == node && !isLast ? false : throw new DatabaseAwayException(DatabaseTrouble.Describe(failure), failure);
    }

    /// <summary>Null when it does not come back soon.</summary>
    private async Task<WriterSession?> ReopenAsync()
    {
        for (var begin = _time.GetTimestamp(); _time.GetElapsedTime(begin) < DoubtPatience; )
        {
            try
            {
                return await OpenAsync();
            }
            catch (Exception failure) when (DatabaseTrouble.Is(failure))
            {
                await Task.Delay(Pause, _time);
            }
        }

        return null;
    }

    private async Task<WriterSession> OpenAsync()
    {
        if (_session is { } open && open.Node == _lease.Id)
        {
            return open;
        }

        if (Trouble.IsPausing)
        {
            throw new DatabaseAwayException(Trouble.Why ?? "the database is away");
        }

        await CloseAsync();
        var node = _lease.Id;
        _session = await Deadline.KeepAsync(token => _sessions.OpenAsync(node, token), DoubtPatience, _time, CancellationToken.None);
        _number = _session.LastBatch;
        return _session;
    }

    private void Succeed(List<ISpoolWrite> batch, List<WritePlan> plans)
    {
        Trouble.End();
        var changes = new CountChanges();
        plans.ForEach(plan => changes.Add(plan.Counts));
        _counts.Apply(changes, _time.GetUtcNow());
        batch.ForEach(static write => write.Succeed());
    }

    private static void FailOne(List<ISpoolWrite> batch, BatchRefusedException refusal)
    {
        batch[refusal.Plan]
            .Fail(
                refusal.IsLeaseLost
                    ? new LeaseLostException("the lease on a row of the spool is another's now")
                    : Unavailable(refusal.Message, refusal)
            );
        batch.RemoveAt(refusal.Plan);
    }

    /// <summary>The one, and all new mail with it. What takes messages up or tells what became of them may need no room: those go without.</summary>
    private async Task FailForWantOfRoomAsync(List<ISpoolWrite> batch, BatchRefusedException refusal)
    {
        Trouble.TellIfDiskFull(refusal.InnerException);
        FailOne(batch, refusal);
        foreach (var write in batch.Where(static write => write.IsNewMail))
        {
            write.Fail(Unavailable(refusal.Message, refusal));
        }

        batch.RemoveAll(static write => write.IsNewMail);
        await CloseAsync(); // the driver takes a connection for broken whose server has no room
    }

    private async Task FailAsync(List<ISpoolWrite> batch, Exception failure)
    {
        var why = Trouble.Begin(failure);
        await CloseAsync();
        batch.ForEach(write => write.Fail(Unavailable(why, failure)));
        batch.Clear();
    }

    private async Task CloseAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }

    private Task KeepAsync(Func<CancellationToken, Task> work) =>
        Deadline.KeepAsync(work, StatementPatience, _time, CancellationToken.None);

    private static SpoolUnavailableException Unavailable(string why, Exception? cause = null) =>
        new($"the spool cannot be written: {why}", cause);
}
