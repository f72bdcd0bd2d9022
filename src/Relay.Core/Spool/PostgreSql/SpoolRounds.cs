using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>A look each second at something that is shared, once the database has been reached; one at a time. What the database cannot do now is put off to the next.</summary>
internal sealed class SpoolRounds : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly PostgreSqlDatabase _database;
    private readonly Func<Task> _look;
    private readonly Action<string> _putOff;
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _turn = new(1);

    /// <param name="database">Nobody looks before it is ready.</param>
    /// <param name="look">What is done.</param>
    /// <param name="putOff">Told why a look has failed.</param>
    /// <param name="time">The clock.</param>
    public SpoolRounds(PostgreSqlDatabase database, Func<Task> look, Action<string> putOff, TimeProvider time)
    {
        (_database, _look, _putOff) = (database, look, putOff);
        _timer = time.CreateTimer(static rounds => _ = ((SpoolRounds)rounds!).LookAsync(), this, Interval, Interval);
    }

    /// <summary>One look, as is taken each second; returns at once when another is under way.</summary>
    public async Task LookAsync()
    {
        if (!_database.Ready.IsCompletedSuccessfully || !await _turn.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            await _look();
        }
        catch (Exception failure) when (failure is SpoolUnavailableException || DatabaseTrouble.Is(failure))
        {
            _putOff(DatabaseTrouble.Describe(failure)); // the condition tells of it; the next time will do
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _turn.WaitAsync(); // a look that is under way ends first
        _turn.Dispose();
    }
}
