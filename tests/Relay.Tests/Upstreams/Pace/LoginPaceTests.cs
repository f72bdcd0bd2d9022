using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;
using Relay.Tests.Upstreams.Connections;

namespace Relay.Tests.Upstreams.Pace;

/// <summary>A server that wants fewer logins gets its mail over the connections that stand.</summary>
internal sealed class LoginPaceTests
{
    private readonly UpstreamOptions _options = new() { Address = "localhost:25", Connections = 4 };
    private TestClock _time = null!;
    private Heartbeat _heartbeat = null!;
    private FakeSessions _sessions = null!;
    private SmtpClientPool _pool = null!;
    private UpstreamServer _server = null!;

    [SetUp]
    public void SetUpServer()
    {
        _time = new TestClock();
        _heartbeat = new Heartbeat(_time);
        _sessions = new FakeSessions();
        _pool = new SmtpClientPool(() => _options, _sessions, _heartbeat, _time);
        _server = new UpstreamServer(new UpstreamServerParts("default", "a", _options, new HealthOptions(), _pool), _time);
    }

    [TearDown]
    public async Task TearDownServer()
    {
        _sessions.ReleaseQuits();
        await _pool.DisposeAsync();
        _heartbeat.Dispose();
    }

    [Test]
    public async Task There_is_room_for_as_many_messages_as_connections_stand()
    {
        var first = await TakeAsync();
        _pool.Logins.Refused(TimeSpan.Zero);
        Assert.That(_server.HasRoom, Is.False, "a second message would need a login");

        await GiveBackAsync(first);
        Assert.That(_server.TryReserve(1, out _), Is.True, "the connection is idle");
        Assert.That(_server.TryReserve(1, out _), Is.False);
        Assert.That(_server.Status.State, Is.EqualTo(UpstreamStatus.Throttled));
        Assert.That(_server.Pace.Learned, Is.Null, "messages have no pace");
    }

    [Test]
    public async Task A_new_connection_is_opened_when_its_turn_has_come_and_one_only()
    {
        _pool.Logins.Refused(TimeSpan.Zero);
        Assert.That(_server.HasRoom, Is.False);
        Assert.That(
            _time.GetElapsedTime(_time.GetTimestamp(), _server.RoomAt(1)),
            Is.EqualTo(TimeSpan.FromSeconds(2)).Within(TimeSpan.FromMilliseconds(1))
        );

        _time.Advance(TimeSpan.FromSeconds(2.001));
        var first = await TakeAsync();

        Assert.That(_sessions.Opened, Is.EqualTo(1));
        Assert.That(_server.TryReserve(1, out _), Is.False);
        await GiveBackAsync(first);
    }

    [Test]
    public async Task A_connection_that_would_come_too_soon_is_not_opened_and_nobody_is_to_blame()
    {
        _pool.Logins.Refused(TimeSpan.Zero);

        var result = await _pool.AcquireAsync(null, fresh: true, CancellationToken.None);

        Assert.That(result.Failure?.Kind, Is.EqualTo(UpstreamFailureKind.LoginTooSoon));
        Assert.That((_sessions.Opened, _pool.Open), Is.EqualTo((0, 0)));
    }

    private async Task<SmtpClientLease> TakeAsync()
    {
        Assert.That(_server.TryReserve(1, out _), Is.True);
        return (await _pool.AcquireAsync(null, fresh: false, CancellationToken.None)).Lease!;
    }

    private async Task GiveBackAsync(SmtpClientLease lease)
    {
        await lease.DisposeAsync();
        _server.Load.Release();
    }
}
