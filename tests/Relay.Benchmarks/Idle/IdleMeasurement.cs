using System.Net.Sockets;
using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Load;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using static System.FormattableString;

namespace Relay.Benchmarks.Idle;

/// <summary>Opens connections that have had their reply to EHLO and then say nothing, and looks at the peer's memory before and meanwhile.</summary>
internal sealed class IdleMeasurement(IdleOptions options, string folder, TextWriter progress)
{
    private const int WarmUp = 200;
    private const int Sinks = 3;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);
    private static readonly byte[] Hello = "EHLO client.bench.test\r\n"u8.ToArray();
    private static readonly byte[] Nothing = "NOOP\r\n"u8.ToArray();

    private readonly List<IdleRun> _runs = [];

    public IReadOnlyList<IdleRun> Runs => _runs;

    public async Task RunAsync(IReadOnlyList<IPeer> peers, CancellationToken cancellationToken)
    {
        for (var round = 1; round <= options.Runs; round++)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, Invariant($"round-{round}"))).FullName;
            foreach (var peer in peers)
            {
                await using var subject = await Subject.StartAsync(peer, Sinks, own, cancellationToken);
                var run = await MeasureAsync(subject, round, cancellationToken);
                _runs.Add(run);
                await progress.WriteLineAsync(
                    Invariant($"{round}/{options.Runs} {peer.Name}: {run.KiBPerConnection:F1} KiB per connection")
                );
            }
        }
    }

    private async Task<IdleRun> MeasureAsync(Subject subject, int round, CancellationToken cancellationToken)
    {
        await EndAsync(await OpenAsync(subject.Port, WarmUp, cancellationToken));
        await Task.Delay(Settling, TimeProvider.System, cancellationToken);
        var before = subject.Tree.ResidentMiB();
        var connections = await OpenAsync(subject.Port, options.Connections, cancellationToken);
        try
        {
            await Task.Delay(Settling, TimeProvider.System, cancellationToken);
            var after = subject.Tree.ResidentMiB();
            foreach (var connection in connections)
            {
                await connection.AskAsync(Nothing, cancellationToken); // one that had been closed would have cost nothing
            }

            return new IdleRun(subject.Name, round, connections.Count, before, after);
        }
        finally
        {
            await EndAsync(connections);
        }
    }

    private static async Task<IReadOnlyList<SmtpConversation>> OpenAsync(int port, int count, CancellationToken cancellationToken)
    {
        var connections = new List<SmtpConversation>();
        try
        {
            while (connections.Count < count)
            {
                connections.Add(await SmtpConversation.OpenAsync(port, cancellationToken));
                await connections[^1].AskAsync(Hello, cancellationToken);
            }

            return connections;
        }
        catch (Exception failure) when (failure is MeasurementException or IOException or SocketException)
        {
            await EndAsync(connections);
            throw new MeasurementException(Invariant($"Connection {connections.Count + 1} of {count}: {failure.Message}"));
        }
    }

    private static async Task EndAsync(IEnumerable<SmtpConversation> connections)
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }
}
