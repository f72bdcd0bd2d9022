using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections;

internal sealed class AddressRaceTests
{
    private static readonly IPAddress Six = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress Four = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress FourToo = IPAddress.Parse("192.0.2.2");

    private readonly ConcurrentDictionary<IPAddress, TaskCompletionSource<Socket>> _attempts = [];
    private readonly List<Socket> _sockets = [];
    private TestClock _clock = null!;

    [SetUp]
    public void SetUp()
    {
        _clock = new TestClock();
        _attempts.Clear();
    }

    [TearDown]
    public void TearDown()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        _sockets.Clear();
    }

    [Test]
    public async Task The_first_address_has_a_quarter_of_a_second_for_itself()
    {
        var race = Start(Six, Four);
        _clock.Advance(AddressRace.AttemptDelay - TimeSpan.FromTicks(1));
        Assert.That(_attempts.Keys, Is.EqualTo(new[] { Six }));

        var socket = Answer(Six);

        Assert.That((await race, _attempts.Count), Is.EqualTo((socket, 1)), "the second is not troubled");
    }

    [Test]
    public async Task An_address_that_answers_nothing_costs_a_quarter_of_a_second()
    {
        var race = Start(Six, Four);

        await BeginsAsync(Four);
        var socket = Answer(Four);

        Assert.That(await race, Is.SameAs(socket));
        Assert.That(_attempts[Six].Task.IsCanceled, Is.True, "nobody waits for it any longer");
    }

    [Test]
    public async Task The_first_may_still_win_when_the_second_has_begun()
    {
        var race = Start(Six, Four);

        await BeginsAsync(Four);
        var socket = Answer(Six);

        Assert.That(await race, Is.SameAs(socket));
    }

    [Test]
    public async Task The_next_address_is_tried_at_once_where_one_refuses()
    {
        var race = Start(Six, Four, FourToo);

        Refuse(Six, SocketError.NetworkUnreachable);
        await Until.TrueAsync(() => _attempts.ContainsKey(Four), "the second begins");
        Refuse(Four, SocketError.ConnectionRefused);
        await Until.TrueAsync(() => _attempts.ContainsKey(FourToo), "the third begins");
        var socket = Answer(FourToo);

        Assert.That(await race, Is.SameAs(socket));
    }

    [Test]
    public async Task The_last_refusal_is_told_once_all_have_refused()
    {
        var race = Start(Six, Four);

        await BeginsAsync(Four);
        Refuse(Four, SocketError.ConnectionRefused);
        Assert.That(race.IsCompleted, Is.False, "the first may still answer");
        Refuse(Six, SocketError.HostUnreachable);

        Assert.That(
            async () => await race,
            Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.HostUnreachable)
        );
    }

    [Test]
    public async Task A_connection_that_comes_too_late_is_closed()
    {
        var late = new TaskCompletionSource<Socket>();
        var isLost = new TaskCompletionSource();
        var race = new AddressRace([Six, Four], ConnectAsync, _clock).RunAsync(default);

        _clock.Advance(AddressRace.AttemptDelay);
        await isLost.Task;
        var loser = NewSocket();
        late.SetResult(loser);
        var winner = await race;

        Assert.That((winner.SafeHandle.IsClosed, loser.SafeHandle.IsClosed), Is.EqualTo((false, true)));

        // The first is there all the same when it is told that it has lost.
        Task<Socket> ConnectAsync(IPAddress address, CancellationToken cancellationToken)
        {
            if (!address.Equals(Six))
            {
                return Task.FromResult(NewSocket());
            }

            cancellationToken.Register(isLost.SetResult);
            return late.Task;
        }
    }

    [Test]
    public void All_attempts_end_with_the_wish()
    {
        using var wish = new CancellationTokenSource();
        var race = Start(wish.Token, Six, Four);

        wish.Cancel();

        Assert.That(async () => await race, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_attempts[Six].Task.IsCanceled, Is.True);
    }

    [TestCase("2001:db8::1 2001:db8::2 192.0.2.1", "2001:db8::1 192.0.2.1 2001:db8::2")]
    [TestCase("192.0.2.1 2001:db8::1 2001:db8::2 2001:db8::3", "192.0.2.1 2001:db8::1 2001:db8::2 2001:db8::3")]
    [TestCase("192.0.2.1 192.0.2.2", "192.0.2.1 192.0.2.2")]
    public void The_families_take_turns(string given, string tried)
    {
        var addresses = given.Split(' ').Select(IPAddress.Parse).ToList();

        Assert.That(string.Join(' ', AddressRace.InTurns(addresses)), Is.EqualTo(tried));
    }

    private Task<Socket> Start(params IPAddress[] addresses) => Start(CancellationToken.None, addresses);

    private Task<Socket> Start(CancellationToken wish, params IPAddress[] addresses) =>
        new AddressRace(addresses, ConnectAsync, _clock).RunAsync(wish);

    private async Task<Socket> ConnectAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var attempt = _attempts[address] = new TaskCompletionSource<Socket>();
        await using var end = cancellationToken.Register(() => attempt.TrySetCanceled(cancellationToken));
        return await attempt.Task;
    }

    private async Task BeginsAsync(IPAddress address)
    {
        _clock.Advance(AddressRace.AttemptDelay);
        await Until.TrueAsync(() => _attempts.ContainsKey(address), "its turn has come");
    }

    private Socket Answer(IPAddress address)
    {
        var socket = NewSocket();
        _attempts[address].SetResult(socket);
        return socket;
    }

    private void Refuse(IPAddress address, SocketError error) => _attempts[address].SetException(new SocketException((int)error));

    private Socket NewSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        return socket;
    }
}
