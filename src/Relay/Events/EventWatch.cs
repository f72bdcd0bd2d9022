using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.Webhooks;

namespace Relay.Events;

/// <summary>
/// Once a second looks for events and hands them to the webhooks. What mail does is looked at from outside, in counters and states that are there anyway: no event ever costs a message
/// anything.
/// </summary>
internal sealed partial class EventWatch(
    IEnumerable<IEventSource> sources,
    WebhookSenders webhooks,
    TopologyManager topology,
    Heartbeat heartbeat,
    TimeProvider time,
    ILogger<EventWatch> logger
) : IHeartbeatListener, IHostedService
{
    private readonly EventGathering _gathering = new(time);
    private int _isLooking;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        heartbeat.Add(this);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        heartbeat.Remove(this);
        await webhooks.StopAsync();
    }

    public void OnHeartbeat(long now)
    {
        if (Interlocked.Exchange(ref _isLooking, 1) != 0)
        {
            return; // the beat before has not come to its end
        }

        try
        {
            Look();
        }
        catch (Exception defect)
        {
            LogDefect(defect); // others are waiting for this beat
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    private void Look()
    {
        var options = topology.Current.Options;
        webhooks.Apply(options);
        foreach (var happened in sources.SelectMany(static source => source.Look()))
        {
            if (_gathering.Add(happened) is { } told)
            {
                webhooks.Offer(told);
            }
        }

        foreach (var gathered in _gathering.Take(options.Events.Gather))
        {
            webhooks.Offer(gathered);
        }
    }

    [LoggerMessage(EventId = 600, EventName = "EventDefect", Level = LogLevel.Error, Message = "The look for events ended by a defect")]
    private partial void LogDefect(Exception defect);
}
