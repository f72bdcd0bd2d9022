using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Core.Capture;

/// <summary>All embedded mailboxes: upstreams put mail in, the API looks at it.</summary>
internal sealed class CaptureMailboxes(TimeProvider time, Random random)
{
    private readonly ConcurrentDictionary<string, CaptureStore> _stores = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Raised after each change of any mailbox, where it happens: whoever listens must only take note.</summary>
    public event Action<CaptureChange>? Changed;

    /// <summary>Mails that nobody has opened yet.</summary>
    public int Unread => _stores.Values.Sum(static store => store.Messages.Count(static message => !message.IsRead));

    /// <summary>The mailbox of an upstream as its options want it, made when it is asked for first.</summary>
    public CaptureStore For(string group, string upstream, UpstreamOptions options)
    {
        var store = For(group, upstream, options.CaptureLimit);
        store.Faults.Configure(options.Faults, options.FaultSeed);
        return store;
    }

    /// <summary>The mailbox of an upstream, made when it is asked for first.</summary>
    /// <param name="group">Name of the group.</param>
    /// <param name="upstream">Name of the upstream.</param>
    /// <param name="limit">Messages it keeps from now on.</param>
    public CaptureStore For(string group, string upstream, int limit)
    {
        var store = _stores.GetOrAdd(Key(group, upstream), _ => Create(group, upstream, limit));
        store.Limit = limit;
        return store;
    }

    /// <summary>The newest messages of all mailboxes, newest first.</summary>
    /// <param name="after">Only those that are older than this one; null begins with the newest.</param>
    /// <param name="limit">How many.</param>
    /// <param name="search">Only those whose subject, sender or a recipient contains it; null for all.</param>
    /// <param name="group">Only those of mailboxes in this group; null for all.</param>
    public IReadOnlyList<CapturedMessage> List(MessageId? after, int limit, string? search = null, string? group = null) =>
        [
            .. _stores
                .Values.SelectMany(store => store.Messages)
                .Where(message => after is null || message.Id < after)
                .Where(message => group is null || string.Equals(message.Group, group, StringComparison.OrdinalIgnoreCase))
                .Where(message => search is null || message.Contains(search))
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

    /// <summary>Somebody has opened it.</summary>
    public void MarkRead(CapturedMessage message)
    {
        if (_stores.TryGetValue(Key(message.Group, message.Upstream), out var store))
        {
            store.MarkRead(message);
        }
    }

    /// <summary>Lets one go; false when no mailbox holds it.</summary>
    public bool Delete(MessageId id) => _stores.Values.Any(store => store.Delete(message => message.Id == id) > 0);

    /// <summary>Lets all go that a search finds; returns how many.</summary>
    /// <param name="search">As in <see cref="List"/>; null for all.</param>
    public int DeleteAll(string? search = null) =>
        _stores.Values.Sum(store => store.Delete(message => search is null || message.Contains(search)));

    private CaptureStore Create(string group, string upstream, int limit)
    {
        var store = new CaptureStore(group, upstream, limit, time, new CaptureFaults(random));
        store.Changed += change => Changed?.Invoke(change);
        return store;
    }

    private static string Key(string group, string upstream) => $"{group}/{upstream}";
}
