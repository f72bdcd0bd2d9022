using Microsoft.Data.Sqlite;

namespace Relay.Core.Spool.Sqlite;

/// <summary>
/// The one writer: whatever waits is written in one transaction and one fsync (group commit), and only then is anybody told. A write that fails does not
/// take its neighbours with it.
/// </summary>
internal sealed class SpoolWriter : IAsyncDisposable
{
    /// <summary>Writes in one commit, so that the first of them does not wait long for the last.</summary>
    private const int MostTogether = 500;

    /// <summary>How long a write waits for company that nobody waits for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    private readonly WriteQueue<ISpoolWrite> _waiting;
    private readonly List<ISpoolWrite> _batch = [];
    private readonly Statements _statements;
    private readonly SpoolCounts _counts;
    private readonly Task _run;

    public SpoolWriter(Statements statements, SpoolCounts counts, TimeProvider time)
    {
        _waiting = new WriteQueue<ISpoolWrite>(
            MostTogether,
            Patience,
            static write => write.Fail(new SpoolUnavailableException("the spool is closed")),
            time
        );
        _statements = statements;
        _counts = counts;
        _run = Task.Run(RunAsync);
    }

    /// <summary>Why the last write failed; null when it did not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Returns when what <paramref name="write"/> did is on disk. Bounded by its callers: each waits for its own.</summary>
    /// <exception cref="SpoolUnavailableException">It has not happened.</exception>
    public Task<T> WriteAsync<T>(Func<Statements, SpoolCounts, T> write)
    {
        var waiting = new SpoolWrite<T>(write);
        _waiting.Add(waiting);
        return waiting.Written;
    }

    /// <summary>
    /// As <see cref="WriteAsync{T}"/>, but no client waits for it: it goes with the next write that is in a hurry, or by itself a moment later. Half of the
    /// commits of a busy spool are saved so.
    /// </summary>
    public Task<T> WriteSoonAsync<T>(Func<Statements, SpoolCounts, T> write)
    {
        var waiting = new SpoolWrite<T>(write);
        _waiting.AddPatient(waiting);
        return waiting.Written;
    }

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Close();
        await _run;
        _waiting.RejectPatient();
        _statements.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _waiting.WaitAsync())
        {
            _waiting.Take(_batch);
            if (_batch.Count > 0 && !TryWrite(_batch) && _batch.Count > 1)
            {
                foreach (var write in _batch)
                {
                    TryWrite([write]);
                }
            }

            _batch.Clear();
        }
    }

    /// <summary>All of them or none. When it is one alone it is told of its failure.</summary>
    private bool TryWrite(List<ISpoolWrite> batch)
    {
        try
        {
            _counts.Begin();
            _statements.Control("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                write.Run(_statements, _counts);
            }

            _statements.Control("COMMIT");
            _counts.Commit(_statements);
        }
        catch (Exception failure)
        {
            RollBack(failure);
            if (batch.Count == 1)
            {
                batch[0].Fail(failure);
            }

            return false;
        }

        Trouble = null;
        foreach (var write in batch)
        {
            write.Succeed();
        }

        return true;
    }

    private void RollBack(Exception failure)
    {
        _counts.Forget();
        Trouble = failure is LeaseLostException ? Trouble : failure.Message;
        try
        {
            _statements.Control("ROLLBACK");
        }
        catch (SqliteException alreadyOver)
        {
            Trouble ??= alreadyOver.Message; // SQLite has rolled back by itself after some errors
        }
    }

    private interface ISpoolWrite
    {
        void Run(Statements statements, SpoolCounts counts);

        void Succeed();

        void Fail(Exception failure);
    }

    private sealed class SpoolWrite<T>(Func<Statements, SpoolCounts, T> write) : ISpoolWrite
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Written => _completion.Task;

        public void Run(Statements statements, SpoolCounts counts) => _result = write(statements, counts);

        public void Succeed() => _completion.SetResult(_result!);

        public void Fail(Exception failure) =>
            _completion.SetException(
                failure is LeaseLostException
                    ? failure
                    : new SpoolUnavailableException($"the spool cannot be written: {failure.Message}", failure)
            );
    }
}
