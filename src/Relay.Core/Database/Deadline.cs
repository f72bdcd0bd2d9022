namespace Relay.Core.Database;

/// <summary>
/// Ends a wait in time, whatever the driver does: its own deadlines send a request to cancel and wait for what comes of it, and a server that stands still,
/// or is behind a line that has gone dumb, never answers.
/// </summary>
internal static class Deadline
{
    /// <summary>For the server to be asked to stop, and to say so.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <param name="work">Gets a token that is cancelled at the deadline. If it goes on all the same, nobody waits for it, and what it returns is disposed of.</param>
    /// <param name="patience">Until the deadline.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it earlier.</param>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static async Task<T> KeepAsync<T>(
        Func<CancellationToken, Task<T>> work,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var cancellation = new DriverCancellation(patience, time, cancellationToken);
        var task = work(cancellation.Token);
        try
        {
            return await task.WaitAsync(patience + Grace, time, cancellationToken);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("it did not answer in time", late);
        }
        finally
        {
            _ = EndAsync(task, isAbandoned: !task.IsCompleted, cancellation);
        }
    }

    /// <inheritdoc cref="KeepAsync{T}"/>
    public static Task KeepAsync(
        Func<CancellationToken, Task> work,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        KeepAsync<bool>(
            async token =>
            {
                await work(token);
                return true;
            },
            patience,
            time,
            cancellationToken
        );

    private static async Task EndAsync<T>(Task<T> task, bool isAbandoned, DriverCancellation cancellation)
    {
        await Task.WhenAny(task);
        cancellation.Dispose();
        if (isAbandoned && task.IsCompletedSuccessfully && await task is IAsyncDisposable late)
        {
            await late.DisposeAsync();
        }

        _ = task.Exception; // whoever waited has been told something already
    }
}
