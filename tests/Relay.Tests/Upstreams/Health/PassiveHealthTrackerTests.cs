using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Health;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Upstreams.Health;

public sealed class PassiveHealthTrackerTests
{
    private readonly PassiveHealthTracker _tracker = new(NullLogger<PassiveHealthTracker>.Instance);
    private UpstreamServer _refuser = null!;
    private UpstreamServer _peer = null!;
    private UpstreamGroup _group = null!;

    [SetUp]
    public void SetUp()
    {
        var time = new TestClock();
        _refuser = Some.Server("refuser", time);
        _peer = Some.Server("peer", time);
        _group = Some.Group(_refuser, _peer);
    }

    [Test]
    public void A_server_that_refuses_what_its_peers_take_is_ejected()
    {
        Work(_peer, 20);
        Work(_refuser, 10);
        Refuse(_refuser, 9);
        Assert.That(_refuser.IsInService, Is.True, "9 of 19");

        Refuse(_refuser, 1);

        Assert.That(_refuser.IsInService, Is.False);
        Assert.That(_group.TiersInService[0], Is.EqualTo([_peer]));
    }

    [Test]
    public void Nobody_is_ejected_for_refusing_when_the_peers_refuse_too()
    {
        Work(_peer, 18);
        Refuse(_peer, 2);
        Refuse(_refuser, 40);

        Assert.That(_refuser.IsInService, Is.True);
    }

    [Test]
    public void Nobody_is_ejected_for_refusing_when_the_peers_have_seen_little()
    {
        Work(_peer, 19);
        Refuse(_refuser, 40);

        Assert.That(_refuser.IsInService, Is.True);
    }

    [Test]
    public void The_only_member_is_never_ejected_for_refusing()
    {
        _group = Some.Group(_refuser);
        Refuse(_refuser, 100);

        Assert.That(_refuser.IsInService, Is.True);
    }

    private void Work(UpstreamServer server, int times)
    {
        for (var count = 0; count < times; count++)
        {
            _tracker.Worked(_group, server, isRefused: false);
        }
    }

    private void Refuse(UpstreamServer server, int times)
    {
        for (var count = 0; count < times; count++)
        {
            _tracker.Worked(_group, server, isRefused: true);
        }
    }
}
