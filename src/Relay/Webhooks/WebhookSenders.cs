using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Telemetry;
using Relay.Events;

namespace Relay.Webhooks;

/// <summary>The webhooks of the configuration in force. One that a reload has not changed keeps what waits.</summary>
internal sealed class WebhookSenders(
    WebhookClient client,
    MessageIdGenerator ids,
    RelayMetrics metrics,
    TimeProvider time,
    ILogger<WebhookSenders> logger
)
{
    private readonly Dictionary<string, WebhookSender> _senders = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Task> _ending = [];
    private readonly Lock _lock = new();
    private IReadOnlyDictionary<string, WebhookOptions>? _applied;
    private bool _isStopped;

    /// <summary>Costs nothing while the configuration is the same.</summary>
    public void Apply(RelayOptions options)
    {
        lock (_lock)
        {
            if (_isStopped || ReferenceEquals(options.Webhooks, _applied))
            {
                return;
            }

            _applied = options.Webhooks;
            foreach (
                var (name, sender) in _senders
                    .Where(entry => !IsSame(entry.Value.Options, options.Webhooks.GetValueOrDefault(entry.Key)))
                    .ToList()
            )
            {
                _senders.Remove(name);
                _ending.Add(sender.DisposeAsync().AsTask());
            }

            var tools = new WebhookTools(options.HostName, client, ids, metrics, new WebhookLog(logger), time);
            foreach (var (name, webhook) in options.Webhooks.Where(entry => !_senders.ContainsKey(entry.Key)))
            {
                _senders.Add(name, new WebhookSender(name, webhook, tools));
            }

            _ending.RemoveAll(static task => task.IsCompletedSuccessfully);
        }
    }

    public void Offer(RelayEvent happened)
    {
        lock (_lock)
        {
            foreach (var sender in _senders.Values)
            {
                sender.Offer(happened);
            }
        }
    }

    /// <summary>What waits is not told any more: whoever stops a relay knows it.</summary>
    public async Task StopAsync()
    {
        List<Task> ending;
        lock (_lock)
        {
            _isStopped = true;
            ending = [.. _ending, .. _senders.Values.Select(static sender => sender.DisposeAsync().AsTask())];
            _senders.Clear();
        }

        await Task.WhenAll(ending);
    }

    private static bool IsSame(WebhookOptions before, WebhookOptions? after) =>
        after is not null && before.Events.SequenceEqual(after.Events) && before with { Events = after.Events } == after;
}
