using System.Net;
using Relay.Core.Configuration;
using Relay.Simulation.Model;

namespace Relay.Simulation.Doors;

/// <summary>How a client comes to the door: directly or through a balancer, by which address, and with which header.</summary>
internal sealed class DoorArrival
{
    private static readonly IPAddress?[] Addresses =
    [
        IPAddress.Parse("10.0.0.1"),
        IPAddress.Parse("10.0.0.2"),
        IPAddress.Parse("10.7.0.1"),
        IPAddress.Parse("2001:db8:1::5"),
        IPAddress.Parse("::ffff:10.0.0.1"),
        IPAddress.Parse("198.51.100.1"),
        IPAddress.Parse("198.51.100.1"),
        IPAddress.Parse("198.51.100.2"),
        IPAddress.Parse("::ffff:198.51.100.1"),
        IPAddress.Parse("2001:db8:2::5"),
        IPAddress.Parse("2001:db8:2::6"),
        null,
    ];

    private readonly Preamble _preamble;

    public DoorArrival(Random random)
    {
        Peer = Draw(random);
        switch (random.Next(8))
        {
            case 0:
                Peer = DoorRules.Gateways[random.Next(DoorRules.Gateways.Count)];
                break;
            case 1:
                _preamble = Preamble.Intrusion;
                break;
            case 2:
                (Peer, _preamble) = (DoorRules.Balancer, Preamble.Unknown + random.Next(Preamble.Torn - Preamble.Unknown + 1));
                break;
            case 3 or 4 or 5:
                Client = Draw(random) ?? DoorRules.Gateways[random.Next(DoorRules.Gateways.Count)];
                (Peer, _preamble) = (DoorRules.Balancer, random.Next(2) == 0 ? Preamble.Line : Preamble.Binary);
                break;
            default:
                break;
        }

        Client ??= Peer;
    }

    /// <summary>Who connects.</summary>
    public IPAddress? Peer { get; }

    /// <summary>Who it is by all that is said.</summary>
    public IPAddress? Client { get; }

    /// <summary>Whether Relay learns whom it is talking to, so that the connection counts.</summary>
    public bool IsIdentified => _preamble is not (Preamble.Missing or Preamble.Garbage or Preamble.Silence or Preamble.Torn);

    /// <summary>Comes to the greeting; false when there is none, or nothing that should come after it.</summary>
    public async Task<bool> RunAsync(DoorSession session, Place? place)
    {
        session.Ledger.Note($"client {session.Number} comes from {Peer} for {Client}: {_preamble}");
        (session.Caller.Address, session.Gateway) = (Client, Client);
        session.Caller.HasRights = _preamble is Preamble.None or Preamble.Line or Preamble.Binary or Preamble.Intrusion;
        session.MaySpeakForOthers = session.Caller.HasRights;
        if (_preamble == Preamble.Intrusion)
        {
            await IntrudeAsync(session, place!);
            return false;
        }

        if (!IsIdentified)
        {
            await FailAsync(session);
            return false;
        }

        await session.WriteInPiecesAsync(Header(session.Random), session.Random.Next(2, 300));
        return await IsGreetedAsync(session, place!);
    }

    private static IPAddress? Draw(Random random) => Addresses[random.Next(Addresses.Length)];

    private string Header(Random random) =>
        _preamble switch
        {
            Preamble.Line => ProxyText.Line(Client!),
            Preamble.Binary => ProxyText.Binary(Client!, random.Next(2) * random.Next(500)),
            Preamble.Unknown => ProxyText.Unknown,
            Preamble.Local => ProxyText.Local(random.Next(20)),
            Preamble.Unix => ProxyText.Unix(),
            Preamble.Torn => ProxyText.Binary(Addresses[0]!, 0)[..random.Next(1, 28)],
            Preamble.Garbage => random.Next(2) == 0
                ? "PROXY TCP4 10.0.0.1 10.0.0.1 25\r\nEHLO client.test\r\n"
                : "\r\n\r\n\0\r\nQUIT\n\u0099\u0011\0\u000c............",
            Preamble.Missing => "EHLO client.test\r\nMAIL FROM:<nobody-sent-this@client.test>\r\n",
            _ => "",
        };

    // A balancer that does not say whom it speaks for is not answered at all.
    private async Task FailAsync(DoorSession session)
    {
        session.MayBeClosed = true;
        await session.WriteInPiecesAsync(Header(session.Random), session.Random.Next(2, 300));
        if (_preamble == Preamble.Torn)
        {
            session.Connection.HangUp();
        }

        var reply = await session.ReadReplyAsync();
        session.Ledger.Check(reply is null, $"client {session.Number} is answered '{reply}' to no PROXY header");
    }

    // Whoever is not a balancer and claims to be one gets nothing done, whatever stands behind the header.
    private static async Task IntrudeAsync(DoorSession session, Place place)
    {
        session.MayBeClosed = true;
        var claimed = Addresses[0]!;
        var header = session.Random.Next(2) == 0 ? ProxyText.Line(claimed) : ProxyText.Binary(claimed, 0);
        var id = $"c{session.Number}-intrudes";
        await session.WriteInPiecesAsync(
            $"{header}EHLO a\r\nMAIL FROM:<{id}@client.test>\r\nRCPT TO:<r1@example.test>\r\nDATA\r\nSubject: {id}\r\n\r\n.\r\n",
            session.Random.Next(2, 300)
        );
        var isGreeted = false;
        while (await session.ReadReplyAsync() is { } reply)
        {
            if (DoorSession.Is(reply, "220") && !isGreeted)
            {
                isGreeted = true;
                session.Book.Admitted(place);
            }
            else
            {
                session.Ledger.Check(reply[0] is '4' or '5', $"client {session.Number} claims to be a balancer and is told {reply}");
            }
        }
    }

    private static async Task<bool> IsGreetedAsync(DoorSession session, Place place)
    {
        if (session.Rules.Listener.Tls == ListenerTls.Implicit && !await DoorTls.BeginAsync(session, place))
        {
            return false;
        }

        var greeting = await session.ReadReplyAsync();
        if (DoorSession.Is(greeting, "220"))
        {
            session.Book.Admitted(place);
            return true;
        }

        if (greeting?.Contains("from your network", StringComparison.Ordinal) == true)
        {
            session.Book.TurnedAway(place);
        }

        session.Expect("220", greeting);
        return false;
    }
}
