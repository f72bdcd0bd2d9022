using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Relay.Core.Messages;

namespace Relay.Core.Capture;

/// <summary>All embedded mailboxes: upstreams put mail in, the API looks at it.</summary>
internal sealed class CaptureMailboxes(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, CaptureStore> _stores = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The mailbox of an upstream, made when it is asked for first.</summary>
    /// <param name="group">Name of the group.</param>
    /// <param name="upstream">Name of the upstream.</param>
    /// <param name="limit">Messages it keeps from now on.</param>
    public CaptureStore For(string group, string upstream, int limit)
    {
        var store = _stores.GetOrAdd($"{group}/{upstream}", _ => new CaptureStore(group, upstream, limit, time));
        store.Limit = limit;
        return store;
    }

    /// <summary>The newest messages of all mailboxes, newest first.</summary>
    /// <param name="after">Only those that are older than this one; null begins with the newest.</param>
    /// <param name="limit">How many.</param>
    public IReadOnlyList<CapturedMessage> List(MessageId? after, int limit) =>
        [
            .. _stores
                .Values.SelectMany(store => store.Messages)
                .Where(message => after is null || message.Id < after)
                .OrderByDescending(message => message.Id)
                .Take(limit),
        ];

    /// <summary>Opens one message for reading, wherever it lies.</summary>
    public bool TryOpen(MessageId id, [NotNullWhen(true)] out CapturedLease? lease)
    {
        lease = null;
        foreach (var store in _stores.Values)
        {
            if (store.TryOpen(id, out lease))
            {
                return true;
            }
        }

        return false;
    }
}
