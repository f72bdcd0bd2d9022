using System.Globalization;
using Relay.Core.Configuration;
using Relay.Simulation.Clients;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Doors;

/// <summary>A client that comes by the front door: connects from somewhere, may log in or speak for somebody else, and sends what it may and may not.</summary>
internal sealed class DoorClient(int number, Func<World> process, VirtualTime time, Random random, Ledger ledger) : SimulatedClient
{
    private readonly DoorArrival _arrival = new(random);
    private readonly TaskCompletionSource _broken = new();
    private DoorConnection? _connection;

    /// <summary>There is a spool, and a disk that may fail.</summary>
    public bool IsKept { get; init; }

    public override void Break()
    {
        if (_connection is not null && !IsDone)
        {
            _broken.TrySetResult();
            _connection.Break();
        }
    }

    public override async Task RunAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(30_000)), time);
        if (random.Next(4) == 0)
        {
            time.After(TimeSpan.FromMilliseconds(random.Next(40_000)), Leave);
        }

        var world = process();
        if (world.IsStopping)
        {
            IsDone = true;
            return;
        }

        _connection = new DoorConnection(_arrival.Peer, time);
        var session = new DoorSession(number, _connection, world, time, random, ledger);
        var place = _arrival.IsIdentified ? world.Door!.Book.Arrives(_arrival.Client) : null;
        var served = ServeAsync(world.Door!, _connection, place);
        await TalkAsync(session, place);
        await _connection.CloseAsync();
        await await Task.WhenAny(served, _broken.Task); // a session of a process that was killed never ends
        IsDone = true;
    }

    public override void Dispose() => _connection?.Dispose();

    private static async Task ServeAsync(FrontDoor door, DoorConnection connection, Place? place)
    {
        await door.Handler.OnConnectedAsync(connection);
        await connection.EndAsync();
        if (place is not null)
        {
            door.Book.Left(place);
        }
    }

    private async Task TalkAsync(DoorSession session, Place? place)
    {
        if (!await _arrival.RunAsync(session, place))
        {
            return;
        }

        session.Expect("250", await session.SayAsync("EHLO client.test"));
        if (!session.IsThere || !await DoorTls.PerhapsUpgradeAsync(session))
        {
            return;
        }

        var count = random.Next(1, 8);
        for (var index = 0; index < count && session.IsThere; index++)
        {
            await BecomeSomebodyAsync(session);
            if (session.IsThere)
            {
                var mail = new DoorMail(session, string.Create(CultureInfo.InvariantCulture, $"c{number}-m{index}")) { IsKept = IsKept };
                await mail.SendAsync();
                Messages += mail.IsAnswered ? 1 : 0;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2) * random.Next(20_000)), time);
        }

        if (session.IsThere)
        {
            session.Expect("221", await session.SayAsync("QUIT"));
        }
    }

    // Between messages a client may log in, and a gateway may go on with the mail of somebody else, and either may think of TLS now.
    private async Task BecomeSomebodyAsync(DoorSession session)
    {
        if (random.Next(3) == 0)
        {
            await (random.Next(3) == 0 ? GuessAsync(session) : new DoorLogin(session).RunAsync());
        }

        if (session.IsThere && random.Next(4) == 0)
        {
            await new DoorProxying(session).RunAsync();
        }

        var canSecure = session.Rules.Listener.Tls == ListenerTls.StartTls && !session.Connection.IsOverTls;
        if (session.IsThere && canSecure && random.Next(4) == 0)
        {
            await DoorTls.UpgradeAsync(session);
        }
    }

    // Guesses at one user, and is right in the end.
    private async Task GuessAsync(DoorSession session)
    {
        var user = random.Next(2) == 0 ? DoorPeople.Alice : DoorPeople.Bob;
        for (var left = random.Next(2, 5); left > 0 && session.IsThere; left--)
        {
            await new DoorLogin(session, user, left > 1 ? LoginFault.Password : LoginFault.None).RunAsync();
        }
    }

    private void Leave()
    {
        if (!IsDone && _connection is not null)
        {
            ledger.Note($"client {number} leaves");
            _connection.Leave();
        }
    }
}
