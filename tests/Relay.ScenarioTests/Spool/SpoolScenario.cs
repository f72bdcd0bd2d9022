using Relay.TestKit;

namespace Relay.ScenarioTests.Spool;

/// <summary>Stories with a spool, on a disk of the test's own, and with pauses that a test can wait for.</summary>
internal abstract class SpoolScenario : Scenario
{
    protected static RelayConfiguration Spooling(string accept) =>
        new RelayConfiguration()
            .ReturningSoon()
            .Set("Delivery:Accept", accept)
            .Set("Delivery:InlineBudget", "00:00:02")
            .Set("Delivery:UncertainDelay", "00:00:01")
            .Set("Retry:Schedule", new[] { "00:00:01" })
            .Set("Spool:MinimumFree", 0)
            .Set("Groups:default:Health:Interval", "00:00:00");

    /// <summary>Waits until the spool holds nothing that is still to be delivered.</summary>
    protected static Task UntilEmptyAsync(RelayUnderTest relay, TimeSpan? within = null) =>
        Until.TrueAsync(async () => await CountAsync(relay) == 0, "the spool is empty", within);

    /// <summary>Deliveries in the spool.</summary>
    protected static async Task<int> CountAsync(RelayUnderTest relay)
    {
        var metrics = await relay.Api.GetStringAsync("/metrics");
        return metrics
            .Split('\n')
            .Where(static line => line.StartsWith("relay_queue_messages{", StringComparison.Ordinal))
            .Sum(static line => int.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}
