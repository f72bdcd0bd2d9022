using Relay.Core.Configuration;
using Relay.Simulation.Model;

namespace Relay.Simulation.Doors;

/// <summary>TLS as its clients use it, and as somebody on the way would like to.</summary>
internal static class DoorTls
{
    /// <summary>The handshake that comes first; false when the session is over.</summary>
    public static async Task<bool> BeginAsync(DoorSession session, Place place)
    {
        if (await session.Connection.SecureAsync())
        {
            session.Ledger.Secured();
            return true;
        }

        if (session.IsThere && !session.IsStopping)
        {
            session.Book.TurnedAway(place); // without a word: nobody could read it
        }

        return false;
    }

    /// <summary>STARTTLS, perhaps; false when the session is over.</summary>
    public static async Task<bool> PerhapsUpgradeAsync(DoorSession session)
    {
        var isOffered = session.Rules.Listener.Tls == ListenerTls.StartTls;
        if (session.Random.Next(3) == 0)
        {
            return true;
        }

        if (!isOffered)
        {
            session.Expect("502", await session.SayAsync("STARTTLS"));
            return session.IsThere;
        }

        return session.Random.Next(6) == 0 ? await MisuseAsync(session) : await UpgradeAsync(session);
    }

    /// <summary>STARTTLS as it should be; false when the session is over.</summary>
    public static async Task<bool> UpgradeAsync(DoorSession session)
    {
        var reply = await session.SayAsync("STARTTLS");
        session.Expect("220", reply);
        if (!session.IsThere || !await session.Connection.SecureAsync())
        {
            session.Ledger.Check(!session.IsThere || session.IsStopping, $"client {session.Number} has no handshake");
            return false;
        }

        session.Ledger.Secured();
        session.Caller.User = null; // RFC 3207 §4.2: what was said before is forgotten
        if (session.Random.Next(3) == 0)
        {
            session.Expect("503", await session.SayAsync("MAIL FROM:<nobody-sent-this@client.test>"));
        }

        session.Expect("250", await session.SayAsync("EHLO client.test"));
        return session.IsThere;
    }

    // CVE-2011-0411, and something that is no handshake.
    private static async Task<bool> MisuseAsync(DoorSession session)
    {
        session.MayBeClosed = true;
        if (session.Random.Next(2) == 0)
        {
            await session.Connection.WriteAsync("STARTTLS\r\nMAIL FROM:<nobody-sent-this@client.test>\r\n");
            session.Expect("554", await session.ReadReplyAsync());
        }
        else
        {
            session.Expect("220", await session.SayAsync("STARTTLS"));
            await session.Connection.WriteAsync("MAIL FROM:<nobody-sent-this@client.test>\r\nRCPT TO:<r1@example.test>\r\n");
        }

        var reply = await session.ReadReplyAsync();
        session.Ledger.Check(reply is null || DoorSession.Is(reply, "421"), $"client {session.Number} is told '{reply}' behind STARTTLS");
        return false;
    }
}
