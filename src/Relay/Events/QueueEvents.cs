using System.Globalization;
using Relay.Core.Configuration;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams;

namespace Relay.Events;

/// <summary>The spool: that mail piles up in it, that it does not work, and what could not be delivered.</summary>
internal sealed class QueueEvents(IMessageSpool spool, TopologyManager topology, RelayMetrics metrics, TimeProvider time) : IEventSource
{
    private long _bounces;
    private bool _isGrowing;
    private string? _trouble;

    public IEnumerable<RelayEvent> Look()
    {
        foreach (var happened in LookAtQueue())
        {
            yield return happened;
        }

        var trouble = spool is NoSpool ? null : spool.Condition.WhyBroken ?? spool.Condition.WhyFull;
        if (trouble is null != _trouble is null)
        {
            yield return trouble is null
                ? Of(EventKind.SpoolRecovered, "The spool works and has room again")
                : Of(EventKind.SpoolTrouble, $"The spool takes no mail: {trouble}");
        }

        _trouble = trouble;
        var bounces = metrics.Bounces;
        if (bounces > _bounces)
        {
            yield return Of(EventKind.Bounce, "Senders were told that mail of theirs could not be delivered") with
            {
                Count = bounces - _bounces,
            };
        }

        _bounces = bounces;
    }

    /// <summary>It counts as normal again at half of what made it grow, so that it does not come and go at the limit.</summary>
    private IEnumerable<RelayEvent> LookAtQueue()
    {
        var (options, statistics) = (topology.Current.Options.Events, spool.Statistics);
        var age = statistics.OldestAt is { } oldest ? time.GetUtcNow() - oldest : TimeSpan.Zero;
        var isMuch = Exceeds(statistics.Waiting, options.QueueMessages) || Exceeds(age.TotalSeconds, options.QueueAge.TotalSeconds);
        var isLittle =
            !Exceeds(2.0 * statistics.Waiting, options.QueueMessages) && !Exceeds(2 * age.TotalSeconds, options.QueueAge.TotalSeconds);
        var hasChanged = _isGrowing ? isLittle : isMuch;
        if (!hasChanged)
        {
            yield break;
        }

        _isGrowing = !_isGrowing;
        var state = string.Create(
            CultureInfo.InvariantCulture,
            $"{statistics.Waiting} messages wait, the oldest for {age:d\\.hh\\:mm\\:ss}"
        );
        yield return Of(
            _isGrowing ? EventKind.QueueGrowing : EventKind.QueueNormal,
            _isGrowing ? $"The queue grows: {state}" : $"The queue is normal again: {state}"
        );
    }

    private static bool Exceeds(double value, double limit) => limit > 0 && value >= limit;

    private RelayEvent Of(EventKind kind, string text) =>
        new()
        {
            Kind = kind,
            At = time.GetUtcNow(),
            Text = text,
        };
}
