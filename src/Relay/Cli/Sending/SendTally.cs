using System.Collections.Concurrent;
using Relay.Core.Messages;

namespace Relay.Cli.Sending;

/// <summary>What became of the messages so far; safe for many sessions at once.</summary>
internal sealed class SendTally
{
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private int _sent;
    private int _failed;

    public int Sent => Volatile.Read(ref _sent);

    public int Failed => Volatile.Read(ref _failed);

    /// <summary>What was answered instead of 250, and how often; the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Failures =>
        [.. _failures.OrderByDescending(static entry => entry.Value).ThenBy(static entry => entry.Key, StringComparer.Ordinal)];

    public void CountSent() => Interlocked.Increment(ref _sent);

    public void CountFailed(string why)
    {
        Interlocked.Increment(ref _failed);
        _failures.AddOrUpdate(WithoutIds(why), 1, static (_, count) => count + 1);
    }

    /// <summary>A reply that differs in the message's id only is the same reply.</summary>
    private static string WithoutIds(string text) =>
        string.Join(' ', text.Split(' ').Select(static word => MessageId.TryParse(word, out _) ? "ID" : word));
}
