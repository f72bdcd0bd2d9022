using Relay.Benchmarks.Processes;

namespace Relay.Benchmarks.Peers;

/// <summary>A peer that takes mail. Disposing it ends it.</summary>
/// <param name="port">Where it takes mail, on loopback.</param>
/// <param name="process">Null where there is nothing between load and upstream.</param>
/// <param name="metrics">Its metrics page; null for one that has none we know.</param>
internal sealed class RunningPeer(int port, ServerProcess? process, Uri? metrics = null) : IAsyncDisposable
{
    public int Port { get; } = port;

    /// <summary>The root of its process tree.</summary>
    public int? ProcessId => process?.Id;

    public Uri? Metrics { get; } = metrics;

    public ProcessTree Tree => new(ProcessId is { } id ? [id] : []);

    /// <summary>Starts a process and waits until it greets; ends it when it does not.</summary>
    public static async Task<RunningPeer> StartAsync(
        int port,
        ServerProcess process,
        CancellationToken cancellationToken,
        Uri? metrics = null
    )
    {
        try
        {
            await process.WaitForGreetingAsync(port, cancellationToken);
            return new RunningPeer(port, process, metrics);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
