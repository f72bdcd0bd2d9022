using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Relay.TestKit.Clients;

/// <summary>
/// Load of many kinds at once: each session comes from an address of its own and sends its next message when the last is answered; senders and
/// domains of recipients take turns. For every message it notes who took it (Relay's reply names the server) and how long the client waited.
/// </summary>
/// <param name="port">Where Relay listens.</param>
/// <param name="sessions">How many connections send at once, from 127.0.9.1 on; at most 250.</param>
public sealed partial class SpreadLoad(int port, int sessions)
{
    public const int Senders = 40;
    public const int Domains = 25;

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    private readonly ConcurrentQueue<SentMessage> _sent = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly long _begin = TimeProvider.System.GetTimestamp();
    private int _started;

    /// <summary>The messages that were accepted, in the order of the replies.</summary>
    public IReadOnlyCollection<SentMessage> Sent => _sent;

    /// <summary>Replies to those that were not.</summary>
    public IReadOnlyCollection<string> Refused => _refused;

    /// <summary>Time since this load was made, the zero of <see cref="SentMessage.At"/>.</summary>
    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_begin);

    /// <summary>Sends so many messages, and returns those when the last is answered.</summary>
    public async Task<IReadOnlyList<SentMessage>> SendAsync(int messages)
    {
        var before = _sent.Count;
        var last = Volatile.Read(ref _started) + messages;
        await SendWhileAsync(number => number <= last);
        return [.. _sent.Skip(before)];
    }

    /// <summary>Sends as long as the condition holds, which is asked before each message; its argument is the message's number, from 1 on.</summary>
    public Task SendWhileAsync(Func<int, bool> condition) =>
        Task.WhenAll(Enumerable.Range(1, sessions).Select(session => RunSessionAsync(session, condition)));

    private async Task RunSessionAsync(int session, Func<int, bool> condition)
    {
        var source = string.Create(CultureInfo.InvariantCulture, $"127.0.9.{session}");
        await using var client = await RawSmtpClient.OpenAsync(port, source);
        while (TryTakeNumber(condition, out var number))
        {
            // In upper case every other time: sender and domain are the same ones.
            var sender = string.Create(CultureInfo.InvariantCulture, $"sender{number % Senders}@load.test");
            var domain = string.Create(CultureInfo.InvariantCulture, $"domain{number % Domains}.test");
            var (mailFrom, rcptTo) = number / Senders % 2 == 0 ? (sender, domain) : (sender.ToUpperInvariant(), domain.ToUpperInvariant());

            var at = Elapsed;
            var reply = await client.SendMailAsync(mailFrom, $"to@{rcptTo}");
            if (ServerInReply().Match(reply) is { Success: true } match)
            {
                _sent.Enqueue(new SentMessage(at, Elapsed - at, match.Groups["server"].Value, source, sender, domain));
            }
            else
            {
                _refused.Enqueue(reply);
                await client.CommandAsync("RSET");
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

    [GeneratedRegex("^250 2\\.0\\.0 OK \\S+ via (?<server>[^:]+):", Options)]
    private static partial Regex ServerInReply();
}

/// <summary>A message that was accepted.</summary>
/// <param name="At">When the client began with it.</param>
/// <param name="Wait">From MAIL to the reply to the final dot.</param>
/// <param name="Server">Name of the upstream that took it.</param>
/// <param name="Client">Address it came from.</param>
/// <param name="Sender">In lower case.</param>
/// <param name="Domain">Of the recipient, in lower case.</param>
public sealed record SentMessage(TimeSpan At, TimeSpan Wait, string Server, string Client, string Sender, string Domain);
