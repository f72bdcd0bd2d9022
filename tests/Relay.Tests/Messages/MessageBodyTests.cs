using Relay.Core.Messages;

namespace Relay.Tests.Messages;

internal sealed class MessageBodyTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("relay-test-").FullName;

    [TearDown]
    public void NoFileIsLeft()
    {
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
        Directory.Delete(_folder);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(8 * 1024)]
    [TestCase(8 * 1024 + 1)]
    [TestCase(BodyStorage.MemoryPerBody)]
    public async Task A_body_up_to_the_bound_stays_in_memory(int length)
    {
        var storage = Storage();
        var (body, bytes) = await WriteAsync(storage, length);

        Assert.That(body.TryGetMemory(out var memory), Is.True);
        Assert.That(memory.Length, Is.EqualTo(length));
        Assert.That(await ReadAsync(body), Is.EqualTo(bytes));
        body.Release();
        Assert.That(storage.MemoryInUse, Is.Zero);
    }

    [Test]
    public async Task A_larger_body_goes_to_a_file_and_gives_its_memory_back_while_it_arrives()
    {
        var storage = Storage();
        var (body, bytes) = await WriteAsync(storage, BodyStorage.MemoryPerBody + 1);

        Assert.That(body.TryGetMemory(out _), Is.False);
        Assert.That(storage.MemoryInUse, Is.Zero);
        Assert.That(body.Length, Is.EqualTo(bytes.Length));
        Assert.That(await ReadAsync(body), Is.EqualTo(bytes));
        body.Release();
    }

    [Test]
    public async Task A_body_that_finds_the_common_memory_spent_goes_to_a_file()
    {
        var storage = Storage(memory: 20 * 1024);
        var (first, _) = await WriteAsync(storage, 1000);
        var (second, _) = await WriteAsync(storage, 1000);
        var (third, bytes) = await WriteAsync(storage, 1000);

        Assert.That(first.TryGetMemory(out _) && second.TryGetMemory(out _), Is.True);
        Assert.That(third.TryGetMemory(out _), Is.False);
        Assert.That(await ReadAsync(third), Is.EqualTo(bytes));
        first.Release();
        second.Release();
        third.Release();
        Assert.That(storage.MemoryInUse, Is.Zero);
    }

    [Test]
    public async Task A_body_lives_until_its_last_reference_is_given_back()
    {
        var storage = Storage();
        var (body, bytes) = await WriteAsync(storage, 100);
        body.AddReference();

        body.Release();
        Assert.That(await ReadAsync(body), Is.EqualTo(bytes));
        Assert.That(storage.MemoryInUse, Is.Positive);

        body.Release();
        Assert.That(storage.MemoryInUse, Is.Zero);
        Assert.That(body.AddReference, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(body.Release, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Many_may_read_a_file_at_once()
    {
        var (body, bytes) = await WriteAsync(Storage(), 2 * BodyStorage.MemoryPerBody);

        var copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReadAsync(body)));

        Assert.That(copies, Has.All.EqualTo(bytes));
        body.Release();
    }

    [TestCase(1000)]
    [TestCase(3 * BodyStorage.MemoryPerBody)]
    public async Task A_body_that_is_given_up_half_way_leaves_nothing(int length)
    {
        var storage = Storage();
        using (var writer = storage.CreateWriter())
        {
            writer.Write(new byte[length]);
            await writer.FlushAsync(CancellationToken.None);
        }

        Assert.That(storage.MemoryInUse, Is.Zero);
    }

    [Test]
    public async Task A_file_has_no_name_that_a_kill_could_leave_behind()
    {
        var (body, _) = await WriteAsync(Storage(), 2 * BodyStorage.MemoryPerBody);

        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
        body.Release();
    }

    [Test]
    public async Task Bodies_that_go_to_the_disk_take_turns_in_the_order_in_which_they_came()
    {
        var storage = Storage(memory: 0);
        using var writers = new Writers(storage, BodyStorage.WritersAtOnce);
        await writers.TakeTurnsAsync();
        using var large = storage.CreateWriter();
        using var small = storage.CreateWriter();
        var largesTurn = large.WaitForTurnAsync(1).AsTask();
        var smallsTurn = small.WaitForTurnAsync(1).AsTask();

        await writers.First.WriteAsync();
        await largesTurn;
        var firstsNextTurn = writers.First.Body.WaitForTurnAsync(1).AsTask();
        Assert.That(smallsTurn.IsCompleted, Is.False);

        large.Write(new byte[1]);
        await large.FlushAsync(CancellationToken.None);
        await smallsTurn; // before the second write of the one that came first
        Assert.That(firstsNextTurn.IsCompleted, Is.False);
        small.Dispose();
        await firstsNextTurn;
    }

    [Test]
    public async Task A_body_that_stays_in_memory_waits_for_no_turn()
    {
        var storage = Storage(memory: 2 * BodyStorage.MemoryPerBody);
        using var writers = new Writers(storage, BodyStorage.WritersAtOnce);
        foreach (var writer in writers.All)
        {
            await writer.Body.WaitForTurnAsync(BodyStorage.MemoryPerBody + 1);
        }

        using var small = storage.CreateWriter();
        Assert.That(small.WaitForTurnAsync(1000).AsTask().IsCompleted, Is.True);
        small.Write(new byte[1000]);
        Assert.That(small.FlushAsync(CancellationToken.None).AsTask().IsCompleted, Is.True);
    }

    [Test]
    public void There_is_no_room_where_there_is_no_folder() =>
        Assert.That(new BodyStorage(1000, Path.Combine(_folder, "missing"), TimeProvider.System).HasRoomForMore, Is.False);

    private BodyStorage Storage(long memory = long.MaxValue) => new(memory, _folder, TimeProvider.System);

    private static async Task<(MessageBody Body, byte[] Bytes)> WriteAsync(BodyStorage storage, int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using var writer = storage.CreateWriter();
        foreach (var piece in bytes.Chunk(5000))
        {
            writer.Write(piece);
            await writer.FlushAsync(CancellationToken.None);
        }

        return (writer.Complete(BodyTraits.None), bytes);
    }

    private static async Task<byte[]> ReadAsync(MessageBody body)
    {
        using var copy = new MemoryStream();
        await body.CopyToAsync(copy, CancellationToken.None);
        return copy.ToArray();
    }

    private sealed class Writers(BodyStorage storage, int count) : IDisposable
    {
        public IReadOnlyList<Writer> All { get; } = [.. Enumerable.Range(0, count).Select(_ => new Writer(storage.CreateWriter()))];

        public Writer First => All[0];

        public Task TakeTurnsAsync() => Task.WhenAll(All.Select(writer => writer.Body.WaitForTurnAsync(1).AsTask()));

        public void Dispose()
        {
            foreach (var writer in All)
            {
                writer.Body.Dispose();
            }
        }
    }

    private sealed record Writer(MessageBodyWriter Body)
    {
        public async Task WriteAsync()
        {
            Body.Write(new byte[1]);
            await Body.FlushAsync(CancellationToken.None);
        }
    }
}
