using System.Globalization;
using System.Text;
using Relay.Simulation.Engine;

namespace Relay.Simulation.Doors;

/// <summary>One message: who it says it is from, whom it is for, and how its bytes come.</summary>
internal sealed class DoorMail(DoorSession session, string id)
{
    private readonly Random _random = session.Random;
    private int _accepted;

    public bool IsKept { get; init; }

    /// <summary>A message that was whole was answered.</summary>
    public bool IsAnswered { get; private set; }

    public async Task SendAsync()
    {
        var domain = _random.Next(2) == 0 ? DoorPeople.AliceDomain : "client.test";
        var isChunked = _random.Next(2) == 0;
        var body = MakeBody(isChunked);
        session.Ledger.Offers(id, body, session.Caller);
        if (!TakesSender(domain, await session.SayAsync($"MAIL FROM:<{id}@{domain}>")) || !session.IsThere)
        {
            return;
        }

        for (var left = _random.Next(1, 6); left > 0 && session.IsThere; left--)
        {
            await NameAsync($"r{left}");
        }

        if (!session.IsThere)
        {
            return;
        }

        if (_accepted == 0)
        {
            await SendToNobodyAsync(body, isChunked);
        }
        else if (isChunked)
        {
            Conclude(await new DoorChunks(session, id, body).SendAsync());
        }
        else
        {
            Conclude(await new DoorData(session, id, body).SendAsync());
        }
    }

    private bool TakesSender(string domain, string? reply)
    {
        var isBound = session.Caller.User == DoorPeople.Alice && domain != DoorPeople.AliceDomain;
        var needsTls = session.Rules.Listener.RequireTls && !session.Connection.IsOverTls;
        var needsLogin = session.Rules.Listener.RequireAuth && session.Caller.User is null;
        if (reply is null || !session.IsThere)
        {
            return false;
        }

        var isTaken = DoorSession.Is(reply, "250");
        if (isTaken)
        {
            session.Ledger.Check(!needsTls && !needsLogin, $"{id} is taken without what its listener requires");
            session.Ledger.Check(!isBound, $"{id} is taken from {session.Caller.User} as {domain}");
            session.Book.TookMessage(session.Caller);
        }
        else if (DoorSession.Is(reply, "450 4.7.1"))
        {
            session.Book.MessagesPutOff(session.Caller);
        }
        else
        {
            var isDue =
                DoorSession.Is(reply, "530") ? needsTls || needsLogin
                : DoorSession.Is(reply, "553 5.7.1") ? isBound
                : IsKept && (DoorSession.Is(reply, "451 4.3.0") || DoorSession.Is(reply, "452 4.3.1"));
            session.Ledger.Check(isDue, $"{id} is refused at MAIL: {reply}");
            session.Ledger.TurnedDown(id, reply);
        }

        return isTaken;
    }

    private async Task NameAsync(string local)
    {
        var address = Address(local);
        var isPermitted = session.Caller.MayRelay || DoorRules.IsForAnybody(address);
        var reply = await session.SayAsync($"RCPT TO:<{address}>");
        if (reply is null || !session.IsThere)
        {
            return;
        }

        if (DoorSession.Is(reply, "250"))
        {
            session.Ledger.Check(isPermitted, $"{address} is accepted from {session.Caller}");
            session.Ledger.Check(_accepted < session.Rules.Limits.Recipients, $"{id} has more recipients than are allowed");
            _accepted++;
            session.Book.TookRecipient(session.Caller);
            session.Ledger.Routed(id, address, session.Rules.GroupOf(session.Caller, address));
        }
        else if (DoorSession.Is(reply, "450 4.7.1"))
        {
            session.Book.RecipientsPutOff(session.Caller);
        }
        else
        {
            // What cannot go with those before it is to be sent in a message of its own.
            var isDue = DoorSession.Is(reply, "550 5.7.1")
                ? !isPermitted
                : DoorSession.Is(reply, "452 4.5.3") && isPermitted && _accepted > 0;
            session.Ledger.Check(isDue, $"{address} is refused to {session.Caller}: {reply}");
        }
    }

    private string Address(string local) =>
        _random.Next(8) switch
        {
            0 or 1 or 2 => $"{local}@example.test",
            3 or 4 => $"{local}@{DoorRules.OpenDomain}",
            5 => $"{local}@{Topology.OtherDomain}",
            _ when session.Caller.MayRelay => $"{local}@example.test",
            6 => $"{local}%example.test@{DoorRules.OpenDomain}",
            _ => $"@{DoorRules.OpenDomain}:{local}@example.test",
        };

    // Nobody is left whom it could be for: what comes all the same is nobody's message.
    private async Task SendToNobodyAsync(string body, bool isChunked)
    {
        if (isChunked)
        {
            await session.WriteInPiecesAsync($"BDAT {body.Length.ToString(CultureInfo.InvariantCulture)} LAST\r\n{body}");
            session.Expect("503", await session.ReadReplyAsync());
        }
        else
        {
            session.Expect("554", await session.SayAsync("DATA"));
        }

        session.Ledger.TurnedDown(id, "nobody is accepted");
        if (session.IsThere)
        {
            session.Expect("250", await session.SayAsync("RSET"));
        }
    }

    private void Conclude(string? reply)
    {
        if (reply is not null)
        {
            IsAnswered = true;
            session.Ledger.Answered(id, reply, session.Connection.HasLeft);
        }
    }

    // Lines that would be something else if they were read as anything but content.
    private string MakeBody(bool isChunked)
    {
        var body = new StringBuilder($"Subject: {id}\r\n\r\n");
        var lines = _random.Next(10) == 0 ? _random.Next(1500) : _random.Next(20);
        for (var line = 0; line < lines; line++)
        {
            body.Append(
                _random.Next(12) switch
                {
                    0 => ".",
                    1 => isChunked ? "." : "..",
                    2 => "MAIL FROM:<nobody-sent-this@client.test>",
                    3 => "BDAT 4 LAST",
                    4 => "RSET",
                    _ => string.Create(CultureInfo.InvariantCulture, $"line {line} of {id}"),
                }
            );
            body.Append("\r\n");
        }

        return body.ToString();
    }
}
