using Relay.Core.Configuration;
using Relay.Core.Configuration.Validation;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Configuration.Validation;

public sealed class SpoolValidationTests
{
    private static readonly RelayOptions Valid = new()
    {
        Listeners = new Dictionary<string, ListenerOptions>(StringComparer.Ordinal)
        {
            ["smtp"] = new ListenerOptions { Address = "127.0.0.1:2525" },
        },
        Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal)
        {
            ["default"] = new GroupOptions
            {
                Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.Ordinal)
                {
                    ["a"] = new UpstreamOptions { Address = "a:25" },
                },
            },
        },
    };

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Fault(
            Valid with
            {
                Delivery = new DeliveryOptions { UncertainDelay = -TimeSpan.FromSeconds(1) },
            },
            "Delivery:UncertainDelay: -00:00:01"
        );
        yield return Fault(Valid with { Spool = new SpoolOptions { Path = " " } }, "Spool:Path: a path is needed");
        yield return Fault(Valid with { Spool = new SpoolOptions { MinimumFree = -1 } }, "Spool:MinimumFree: -1");
        yield return Fault(Valid with { Spool = new SpoolOptions { MaximumSize = -1 } }, "Spool:MaximumSize: -1");
        yield return Fault(Valid with { Spool = new SpoolOptions { MaximumMessages = -1 } }, "Spool:MaximumMessages: -1");
        yield return Fault(
            Valid with
            {
                Spool = new SpoolOptions { KeepRecords = TimeSpan.FromDays(400) },
            },
            "Spool:KeepRecords: 400.00:00:00"
        );
        yield return Fault(Valid with { Retry = new RetryOptions { Schedule = [] } }, "Retry:Schedule: 1 to 100 times are needed");
        yield return Fault(Valid with { Retry = new RetryOptions { Schedule = [TimeSpan.Zero] } }, "Retry:Schedule:0: 00:00:00");
        yield return Fault(Valid with { Retry = new RetryOptions { GiveUpAfter = TimeSpan.Zero } }, "Retry:GiveUpAfter: 00:00:00");
        yield return Fault(Valid with { Bounces = new BounceOptions { Group = "nobody" } }, "Bounces:Group: there is no group \"nobody\"");
        yield return Fault(
            Valid with
            {
                Bounces = new BounceOptions { DelayWarning = TimeSpan.FromDays(31) },
            },
            "Bounces:DelayWarning: 31.00:00:00"
        );
        yield return Fault(
            Valid with
            {
                Routes = [new RouteOptions { Group = "default", GiveUpAfter = TimeSpan.Zero }],
            },
            "Routes:0:GiveUpAfter: 00:00:00"
        );
    }

    [Test]
    public void A_usual_configuration_is_valid() => Assert.That(Validate(Valid), Is.Empty);

    [TestCaseSource(nameof(Faults))]
    public void What_cannot_be_meant_is_told_with_its_key(RelayOptions options, string error) =>
        Assert.That(Validate(options).Single().ToString(), Does.StartWith($"Relay:{error}"));

    private static IReadOnlyList<ConfigurationError> Validate(RelayOptions options) =>
        new RelayOptionsValidator(StrategyRegistry.Names).Validate(options);

    private static TestCaseData Fault(RelayOptions options, string error) => new TestCaseData(options, error).SetArgDisplayNames(error);
}
