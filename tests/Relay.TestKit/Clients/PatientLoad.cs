using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;

namespace Relay.TestKit.Clients;

/// <summary>
/// Sessions that send messages as a well-behaved mail server does: each message with a sender of its own, a new connection now and then, and again at once over a new
/// one when the server takes its leave between two messages. Whatever else is not 250 is noted: nobody who stops a node in good order may cause it.
/// </summary>
/// <param name="port">Where to send to, on 127.0.0.1.</param>
/// <param name="sessions">How many send at once.</param>
/// <param name="messagesPerConnection">After so many QUIT is said.</param>
public sealed class PatientLoad(int port, int sessions, int messagesPerConnection = 25)
{
    private readonly ConcurrentDictionary<string, byte> _accepted = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _complaints = new();
    private int _number;
    private int _farewells;
    private int _turnedAway;
    private volatile bool _isStopped;

    /// <summary>Of each session after each message. A load that is to be there, and not to measure anything, leaves the machine to those who work.</summary>
    public TimeSpan Pause { get; init; }

    public int Accepted => _accepted.Count;

    public IReadOnlyCollection<string> AcceptedSenders => [.. _accepted.Keys];

    /// <summary>How often a server took its leave between two messages.</summary>
    public int Farewells => Volatile.Read(ref _farewells);

    /// <summary>How often a connection was taken and ended again before or with its greeting, in good order: 421, or nothing.</summary>
    public int TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>What should not have been: refused connections, connections cut within a message, replies that are not 250.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public void Stop() => _isStopped = true;

    /// <summary>Waits until so many more were accepted.</summary>
    public Task MoreAsync(int messages)
    {
        var target = Accepted + messages;
        return Until.TrueAsync(() => Accepted >= target, "mail is accepted", TimeSpan.FromSeconds(60));
    }

    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(RunSessionAsync)));

    private async Task RunSessionAsync()
    {
        string? unsent = null;
        while (!_isStopped)
        {
            try
            {
                unsent = await RunConnectionAsync(unsent);
            }
            catch (Exception exception)
                when (exception is IOException or SocketException or InvalidOperationException or OperationCanceledException)
            {
                _complaints.Enqueue(exception.Message);
                unsent = null;
            }
        }
    }

    /// <returns>The message that is to be sent again, for the server had taken its leave.</returns>
    private async Task<string?> RunConnectionAsync(string? first)
    {
        await using var client = await RawSmtpClient.ConnectAsync(port);
        if (!await IsGreetedAsync(client))
        {
            Interlocked.Increment(ref _turnedAway);
            return first;
        }

        for (var count = 0; count < messagesPerConnection && !_isStopped; count++)
        {
            var sender = first ?? string.Create(CultureInfo.InvariantCulture, $"m{Interlocked.Increment(ref _number)}@load.test");
            first = null;
            if (!await IsWelcomeAsync(client, sender))
            {
                Interlocked.Increment(ref _farewells);
                return sender;
            }

            await FinishAsync(client, sender);
            await Task.Delay(Pause, TimeProvider.System);
        }

        await client.SendAsync("QUIT\r\n");
        return null;
    }

    private static async Task<bool> IsGreetedAsync(RawSmtpClient client)
    {
        try
        {
            return (await client.ReadReplyAsync()).StartsWith("220", StringComparison.Ordinal)
                && (await client.CommandAsync("EHLO load.test")).StartsWith("250", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // 421, or the end of the connection, is a leave taken in good order as long as nothing was begun.
    private static async Task<bool> IsWelcomeAsync(RawSmtpClient client, string sender)
    {
        try
        {
            var reply = await client.CommandAsync($"MAIL FROM:<{sender}>");
            return !reply.StartsWith("421", StringComparison.Ordinal)
                && (reply.StartsWith("250", StringComparison.Ordinal) ? true : throw new InvalidOperationException($"MAIL: {reply}"));
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }

    private async Task FinishAsync(RawSmtpClient client, string sender)
    {
        foreach (var command in (string[])["RCPT TO:<to@load.test>", "DATA", $"Subject: {sender}\r\n\r\nhello\r\n."])
        {
            var reply = await client.CommandAsync(command);
            if (reply[0] is not ('2' or '3'))
            {
                throw new InvalidOperationException($"{sender}: {command.AsSpan(0, 4)} was answered {reply}");
            }
        }

        _accepted.TryAdd(sender, 0);
    }
}
