using Relay.Core.Dispatch.LoadBalancing;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch.LoadBalancing;

public sealed class FailoverStrategyTests
{
    [Test]
    public void The_first_by_name_gets_everything()
    {
        var servers = Some.Servers(("a", 1), ("b", 100));
        var strategy = new FailoverStrategy();

        var picks = Enumerable.Range(0, 50).Select(_ => strategy.Pick(servers, Some.Message()).Name);

        Assert.That(picks, Is.All.EqualTo("a"));
    }
}
