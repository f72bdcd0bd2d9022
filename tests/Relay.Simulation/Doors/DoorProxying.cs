using System.Net;

namespace Relay.Simulation.Doors;

/// <summary>XCLIENT, from those who may and from those who may not.</summary>
internal sealed class DoorProxying(DoorSession session)
{
    private static readonly (string Text, IPAddress? Address)[] Others =
    [
        ("10.0.0.1", IPAddress.Parse("10.0.0.1")),
        ("10.7.0.1", IPAddress.Parse("10.7.0.1")),
        ("198.51.100.1", IPAddress.Parse("198.51.100.1")),
        ("IPV6:2001:db8:2::6", IPAddress.Parse("2001:db8:2::6")),
        ("IPV6:2001:db8:1::5", IPAddress.Parse("2001:db8:1::5")),
        ("192.0.2.1", IPAddress.Parse("192.0.2.1")),
        ("[UNAVAILABLE]", null),
    ];

    private readonly bool _isAllowed = session.MaySpeakForOthers && DoorRules.MaySpeakForOthers(session.Gateway);

    public async Task RunAsync()
    {
        var kind = session.Random.Next(6);
        var (text, address) = Others[session.Random.Next(Others.Length)];
        var command = kind switch
        {
            0 => "XCLIENT HELO=other.client.test PROTO=ESMTP",
            1 => $"XCLIENT ADDR={text} COLOUR=blue",
            _ => $"XCLIENT NAME=other ADDR={text} LOGIN=bob",
        };
        var reply = await session.SayAsync(command);
        if (!_isAllowed || kind == 1 || IsTooEarly)
        {
            session.Expect(
                IsTooEarly ? "530"
                    : _isAllowed ? "501"
                    : "550",
                reply
            );
            return;
        }

        session.Expect("220", reply);
        if (!session.IsThere)
        {
            return;
        }

        session.Ledger.Note($"client {session.Number} speaks for {(kind == 0 ? "somebody" : text)}");
        session.Caller.User = null; // the login was that of the gateway
        if (kind != 0)
        {
            (session.Caller.Address, session.Caller.HasRights) = (address, true);
        }

        session.Expect("250", await session.SayAsync("EHLO other.client.test"));
    }

    private bool IsTooEarly => session.Rules.Listener.RequireTls && !session.Connection.IsOverTls;
}
