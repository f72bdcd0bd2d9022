using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;

namespace Relay.TestKit.Clients;

/// <summary>
/// Sessions that send messages, each with a sender of its own, until they are stopped, and note which were answered 250. A relay that dies is connected to again,
/// and a message that was not answered is left as it is: it was never handed over.
/// </summary>
/// <param name="port">Where Relay listens.</param>
/// <param name="sessions">How many send at once.</param>
/// <param name="name">Begins each sender: several loads must not use the same.</param>
public sealed class NumberedLoad(int port, int sessions, string name = "m")
{
    private readonly ConcurrentDictionary<string, byte> _accepted = new(StringComparer.Ordinal);
    private int _number;
    private volatile bool _isStopped;

    public int Accepted => _accepted.Count;

    public IReadOnlyCollection<string> AcceptedSenders => [.. _accepted.Keys];

    public void Stop() => _isStopped = true;

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(RunSessionAsync)));

    private async Task RunSessionAsync()
    {
        while (!_isStopped)
        {
            try
            {
                await using var client = await RawSmtpClient.OpenAsync(port);
                while (!_isStopped)
                {
                    await SendAsync(client);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or TimeoutException or InvalidOperationException)
            {
                // The relay was killed; it comes back.
                await Until.TrueAsync(() => _isStopped || IsListening(), "the relay is back", TimeSpan.FromSeconds(60));
            }
        }
    }

    private async Task SendAsync(RawSmtpClient client)
    {
        var number = Interlocked.Increment(ref _number);
        var sender = string.Create(CultureInfo.InvariantCulture, $"{name}{number}@load.test");
        // One in ten is larger than what the database keeps itself.
        var text =
            number % 10 == 0
                ? string.Concat(Enumerable.Repeat("A line of sixty characters, more or less, to fill a body.\r\n", 800))
                : "hello\r\n";
        var reply = await client.SendMailAsync(sender, "to@load.test", $"Subject: {number}\r\n\r\n{text}");
        if (reply.StartsWith("250", StringComparison.Ordinal))
        {
            _accepted.TryAdd(sender, 0);
        }
        else
        {
            await client.CommandAsync("RSET");
        }
    }

    private bool IsListening()
    {
        try
        {
            using var probe = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
