using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;

namespace Relay.TestKit.Clients;

/// <summary>
/// A client that counts: sessions that stay open, messages that each have a sender of their own, and for every one the reply it got. With a
/// sink that counts too this proves that nothing is lost and nothing arrives twice. It never sends a message again.
/// </summary>
/// <param name="port">Where Relay listens.</param>
/// <param name="sessions">How many connections send at once.</param>
public sealed class LoadClient(int port, int sessions)
{
    private readonly ConcurrentDictionary<string, string> _replies = new(StringComparer.Ordinal);
    private int _started;

    /// <summary>Sender → the first reply that was not positive, or the reply to the final dot; <c>lost: …</c> where the connection broke.</summary>
    public IReadOnlyDictionary<string, string> Replies => _replies;

    public int Answered => _replies.Count;

    /// <summary>Senders of the messages that were answered 250.</summary>
    public IEnumerable<string> Accepted => _replies.Where(IsAccepted).Select(static reply => reply.Key);

    /// <summary>Senders and replies of the messages that were not.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Refused => [.. _replies.Where(static reply => !IsAccepted(reply))];

    /// <summary>What each message is made of.</summary>
    public string Content { get; init; } = TestMessages.Small;

    /// <summary>The address that the clients come from.</summary>
    public string Source { get; init; } = "127.0.0.1";

    /// <summary>Sends messages until as many were sent in all, and returns when the last is answered.</summary>
    public Task SendAsync(int messages)
    {
        var last = Volatile.Read(ref _started) + messages;
        return SendWhileAsync(number => number <= last);
    }

    /// <summary>Sends messages as long as the condition holds, which is asked before each; its argument is the message's number, from 1 on.</summary>
    public Task SendWhileAsync(Func<int, bool> condition) =>
        Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => RunSessionAsync(condition)));

    private static bool IsAccepted(KeyValuePair<string, string> reply) => reply.Value.StartsWith("250", StringComparison.Ordinal);

    private async Task RunSessionAsync(Func<int, bool> condition)
    {
        await using var client = await RawSmtpClient.OpenAsync(port, Source);
        while (TryTakeNumber(condition, out var number))
        {
            var sender = string.Create(CultureInfo.InvariantCulture, $"m{number}@load.test");
            try
            {
                var reply = await client.SendMailAsync(sender, "to@example.com", Content);
                _replies[sender] = reply;
                if (reply[0] != '2')
                {
                    await client.CommandAsync("RSET");
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                _replies[sender] = $"lost: {exception.Message}";
                return;
            }
        }
    }

    private bool TryTakeNumber(Func<int, bool> condition, out int number)
    {
        number = Interlocked.Increment(ref _started);
        if (condition(number))
        {
            return true;
        }

        Interlocked.Decrement(ref _started);
        return false;
    }
}
