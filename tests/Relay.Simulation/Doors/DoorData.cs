namespace Relay.Simulation.Doors;

/// <summary>A message by DATA: whole, broken off, or with a line end that would let a second message in.</summary>
internal sealed class DoorData(DoorSession session, string id, string body)
{
    // CVE-2023-51764 and its kin.
    private static readonly string[] Smuggled = ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r"];

    /// <summary>The reply to a message that was whole and had nothing wrong; null where there is none.</summary>
    public async Task<string?> SendAsync()
    {
        session.Expect("354", await session.SayAsync("DATA"));
        if (!session.IsThere)
        {
            return null;
        }

        var text = body.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        switch (session.Random.Next(8))
        {
            case 0:
                await session.WriteInPiecesAsync(text[..session.Random.Next(text.Length)]);
                await session.LeaveAsync();
                return null;
            case 1:
                var end = Smuggled[session.Random.Next(Smuggled.Length)];
                await session.WriteInPiecesAsync(
                    $"{text}x{end}MAIL FROM:<nobody-sent-this@client.test>\r\nRCPT TO:<r1@open.test>\r\nDATA\r\nx\r\n.\r\n"
                );
                session.Expect(IsTooLarge ? "55" : "554 5.6.11", await session.ReadReplyAsync());
                session.Ledger.TurnedDown(id, "a newline stands alone");
                return null;
            default:
                await session.WriteInPiecesAsync(text + ".\r");
                break;
        }

        if (session.IsThere && !IsTooLarge)
        {
            session.Ledger.Ends(id, session.Caller with { });
        }

        await session.Connection.WriteAsync("\n");
        var reply = await session.ReadReplyAsync();
        if (!IsTooLarge)
        {
            return reply;
        }

        session.Expect("552", reply);
        return null;
    }

    private bool IsTooLarge => body.Length > session.Rules.Limits.MessageSize;
}
