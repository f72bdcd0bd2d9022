using Relay.Core.Upstreams.Connections;

namespace Relay.Tests.Upstreams.Connections;

internal sealed class BatchingStreamTests
{
    [Test]
    public async Task Small_writes_go_out_together_when_flushed()
    {
        var inner = new RecordingStream();
        await using var stream = new BatchingStream(inner);

        await stream.WriteAsync("MAIL"u8.ToArray());
        await stream.WriteAsync(" FROM"u8.ToArray());
        var before = inner.Writes.Count;
        await stream.FlushAsync();

        Assert.That(before, Is.Zero);
        Assert.That(inner.Writes, Is.EqualTo([9]));
    }

    [Test]
    public async Task A_read_flushes_first()
    {
        var inner = new RecordingStream();
        await using var stream = new BatchingStream(inner);

        await stream.WriteAsync("NOOP\r\n"u8.ToArray());
        var count = await stream.ReadAsync(new byte[1]);

        Assert.That(count, Is.Zero);
        Assert.That(inner.Writes, Is.EqualTo([6]));
    }

    [Test]
    public void The_synchronous_side_behaves_alike()
    {
        var inner = new RecordingStream();
        using var stream = new BatchingStream(inner);

        stream.Write("a"u8);
        stream.Write(new byte[70_000]);
        stream.Write("b"u8);
        stream.Flush();

        Assert.That(inner.Writes, Is.EqualTo([1, 70_000, 1]));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Whatever_the_sizes_the_bytes_stay_in_order(int seed)
    {
        var random = new Random(seed);
        var inner = new RecordingStream();
        await using var stream = new BatchingStream(inner);
        using var expected = new MemoryStream();
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(3) == 0 ? random.Next(150_000) : random.Next(5000)];
            random.NextBytes(bytes);
            await expected.WriteAsync(bytes);
            await stream.WriteAsync(bytes);
            if (random.Next(10) == 0)
            {
                await stream.FlushAsync();
            }
        }

        await stream.FlushAsync();

        Assert.That(inner.Bytes.ToArray().AsSpan().SequenceEqual(expected.ToArray()), Is.True);
    }

    [Test]
    public async Task Blocks_of_four_kilobytes_become_writes_of_sixty_four()
    {
        var inner = new RecordingStream();
        await using var stream = new BatchingStream(inner);
        for (var block = 0; block < 40; block++)
        {
            await stream.WriteAsync(new byte[4096]);
        }

        await stream.FlushAsync();

        Assert.That(inner.Writes, Is.EqualTo([65536, 65536, 32768]));
    }

    [Test]
    public async Task A_cancelled_write_leaves_nothing_behind()
    {
        var inner = new RecordingStream();
        await using var stream = new BatchingStream(inner);

        Assert.That(
            async () => await stream.WriteAsync("RSET\r\n"u8.ToArray(), new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>()
        );
        await stream.FlushAsync();

        Assert.That(inner.Writes, Is.Empty);
    }

    private sealed class RecordingStream : MemoryStream
    {
        public List<int> Writes { get; } = [];

        public MemoryStream Bytes { get; } = new();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes.Add(buffer.Length);
            Bytes.Write(buffer);
        }
    }
}
