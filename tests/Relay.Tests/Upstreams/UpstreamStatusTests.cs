using Relay.Core.Upstreams;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Upstreams;

public sealed class UpstreamStatusTests
{
    private readonly TestClock _time = new();

    [Test]
    public void Every_state_but_healthy_has_its_reason()
    {
        var (healthy, ejected, unhealthy, throttled) = (Server(), Server(), Server(), Server());
        ejected.Health.ReportTrustProblem("Auth: 535 no");
        for (var check = 0; check < ejected.Health.Options.Fall; check++)
        {
            unhealthy.Health.ReportCheckFailed("Connect: refused");
        }

        throttled.Pace.Throttled("Mail: 450 4.7.1 slower");

        Assert.That((healthy.Status.State, healthy.Status.Reason), Is.EqualTo((UpstreamStatus.Healthy, "")));
        Assert.That((ejected.Status.State, ejected.Status.Reason), Is.EqualTo((UpstreamStatus.Ejected, "Auth: 535 no")));
        Assert.That(
            (unhealthy.Status.State, unhealthy.Status.Reason),
            Is.EqualTo((UpstreamStatus.Unhealthy, "3 checks failed: Connect: refused"))
        );
        Assert.That(throttled.Status.State, Is.EqualTo(UpstreamStatus.Throttled));
        Assert.That(throttled.Status.Reason, Does.StartWith("Mail: 450 4.7.1 slower; 57.6 messages a minute at present"));
    }

    [Test]
    public void Behind_a_drain_the_state_is_told_too()
    {
        var server = Server();
        server.Health.ReportTrustProblem("Auth: 535 no");

        server.Drain();

        Assert.That(server.Status.State, Is.EqualTo(UpstreamStatus.Draining));
        Assert.That(server.Status.Reason, Is.EqualTo("drained by hand; otherwise ejected: Auth: 535 no"));
    }

    private UpstreamServer Server() => Some.Server("a", _time);
}
