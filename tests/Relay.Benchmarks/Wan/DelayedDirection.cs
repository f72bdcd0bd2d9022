using System.Net.Sockets;
using System.Threading.Channels;

namespace Relay.Benchmarks.Wan;

/// <summary>Bytes on their way one way. Reading goes on while earlier ones are under way, so that the delay limits no rate.</summary>
internal sealed class DelayedDirection(TimeSpan delay, TimeProvider time)
{
    private const int BufferSize = 64 * 1024;
    private const int MostUnderWay = 256; // far more than a message; it only keeps a faulty peer from filling the memory

    private readonly Channel<(long SentAt, byte[] Bytes)> _underWay = Channel.CreateBounded<(long, byte[])>(MostUnderWay);

    /// <summary>Until <paramref name="from"/> ends, which <paramref name="to"/> is told as late as the bytes.</summary>
    public Task PassAsync(Socket from, Socket to, CancellationToken cancellationToken) =>
        Task.WhenAll(TakeAsync(from, cancellationToken), GiveAsync(to, cancellationToken));

    private async Task TakeAsync(Socket from, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None, cancellationToken) is var length and > 0)
            {
                await _underWay.Writer.WriteAsync((time.GetTimestamp(), buffer[..length]), cancellationToken);
            }

            await _underWay.Writer.WriteAsync((time.GetTimestamp(), []), cancellationToken);
        }
        finally
        {
            _underWay.Writer.Complete();
        }
    }

    private async Task GiveAsync(Socket to, CancellationToken cancellationToken)
    {
        await foreach (var (sentAt, bytes) in _underWay.Reader.ReadAllAsync(cancellationToken))
        {
            await WaitAsync(delay - time.GetElapsedTime(sentAt), cancellationToken);
            if (bytes.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
            }

            for (var sent = 0; sent < bytes.Length; )
            {
                sent += await to.SendAsync(bytes.AsMemory(sent), SocketFlags.None, cancellationToken);
            }
        }
    }

    /// <summary>Timers know whole milliseconds and come up to one late: rounded down they are right on average.</summary>
    private async Task WaitAsync(TimeSpan remaining, CancellationToken cancellationToken)
    {
        var milliseconds = Math.Floor(remaining.TotalMilliseconds);
        if (milliseconds > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, cancellationToken);
        }
    }
}
