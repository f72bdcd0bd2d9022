using BenchmarkDotNet.Attributes;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.Sqlite;

namespace Relay.Benchmarks.Micro;

/// <summary>
/// A message of 4 KiB stored in SQLite, with all its fsyncs, and settled as delivered: alone, and with as many others that they share the
/// commits. On the disk of the temporary folder; in memory the figures say nothing of a disk.
/// </summary>
[MemoryDiagnoser]
public class SpoolBenchmark
{
    private const int Writers = 20;

    private readonly MessageIdGenerator _ids = new(TimeProvider.System, new Random(1));
    private readonly ReceivedMessage _message = SampleMessage.Create(4096);
    private DirectoryInfo? _folder;
    private SqliteSpool? _spool;

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("relay-benchmark-");
        var options = new RelayOptions { Spool = new SpoolOptions { Path = Path.Combine(_folder.FullName, "spool.db") } };
        var storage = new BodyStorage(long.MaxValue, _folder.FullName, TimeProvider.System);
        _spool = SqliteSpool.Open(options, storage, TimeProvider.System);
    }

    [Benchmark(Description = "store and settle, one at a time")]
    public Task OneAtATime() => StoreAndSettleAsync(_ids.Next());

    [Benchmark(Description = "store and settle, 20 at once", OperationsPerInvoke = Writers)]
    public Task TwentyAtOnce()
    {
        // Ids are drawn here, in one thread: the seeded source of chance is not for many.
        var ids = Enumerable.Range(0, Writers).Select(_ => _ids.Next()).ToArray();
        return Task.WhenAll(ids.Select(StoreAndSettleAsync));
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _spool!.DisposeAsync();
        _folder!.Delete(recursive: true);
    }

    private async Task StoreAndSettleAsync(MessageId id)
    {
        var leases = await _spool!.StoreAsync(Entry(id), CancellationToken.None);
        await _spool.SettleAsync(leases[0], new Settlement(), CancellationToken.None);
    }

    private SpoolEntry Entry(MessageId id)
    {
        var now = TimeProvider.System.GetUtcNow();
        var part = new SpoolPart
        {
            Group = "default",
            Recipients = _message.Envelope.Recipients,
            State = SpoolState.Active,
            DueAt = now,
            ExpiresAt = now + TimeSpan.FromDays(1),
        };
        return new SpoolEntry
        {
            Message = SpooledMessage.Of(_message with { Id = id }, now),
            Body = _message.Body,
            Parts = [part],
        };
    }
}
