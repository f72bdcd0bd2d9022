using System.Globalization;

namespace Relay.Simulation.Doors;

/// <summary>A message by BDAT (RFC 3030): in one chunk or several, one after the other or all in one flight, with a fault or without.</summary>
internal sealed class DoorChunks
{
    private static readonly string[] Unreadable = ["BDAT", "BDAT x", "BDAT -1 LAST", "BDAT 18446744073709551616", "BDAT 5 LAS"];

    private readonly DoorSession _session;
    private readonly string _id;
    private readonly List<string> _chunks = [];
    private readonly bool _isTooLarge;
    private readonly ChunkFault _fault;
    private readonly int _faultAt;
    private bool _isRefused;

    public DoorChunks(DoorSession session, string id, string body)
    {
        (_session, _id) = (session, id);
        var random = session.Random;
        for (var start = 0; start < body.Length; )
        {
            var length = random.Next(3) == 0 ? body.Length - start : random.Next(1, body.Length - start + 1);
            _chunks.Add(body.Substring(start, length));
            start += length;
        }

        if (random.Next(3) == 0)
        {
            _chunks.Add(""); // BDAT 0 LAST
        }

        _isTooLarge = body.Length > session.Rules.Limits.MessageSize;
        _fault = random.Next(2) == 0 ? ChunkFault.None : (ChunkFault)random.Next(1, (int)ChunkFault.Newline + 1);
        _faultAt = random.Next(_chunks.Count);
        if (_fault == ChunkFault.Newline)
        {
            _chunks[_faultAt] = "x\n.\nMAIL FROM:<nobody-sent-this@client.test>\r\n" + _chunks[_faultAt];
        }
    }

    /// <summary>The reply to a message that was whole and had nothing wrong; null where there is none.</summary>
    public Task<string?> SendAsync() =>
        _fault is ChunkFault.None or ChunkFault.Newline && _session.Random.Next(2) == 0 ? SendAtOnceAsync() : SendOneByOneAsync();

    private bool IsWrong => _isTooLarge || _fault == ChunkFault.Newline;

    private async Task<string?> SendAtOnceAsync()
    {
        var flight = string.Concat(_chunks.Select((chunk, index) => Command(index) + chunk));
        await _session.WriteInPiecesAsync(flight[..^1]);
        End();
        await _session.Connection.WriteAsync(flight[^1..]);
        string? reply = null;
        for (var index = 0; index < _chunks.Count && _session.IsThere; index++)
        {
            reply = await _session.ReadReplyAsync();
            Judge(index, reply);
        }

        return IsWrong ? null : reply;
    }

    private async Task<string?> SendOneByOneAsync()
    {
        string? reply = null;
        for (var index = 0; index < _chunks.Count && _session.IsThere; index++)
        {
            if (index == _faultAt && !await GoesOnAsync(index))
            {
                return null;
            }

            var text = Command(index) + _chunks[index];
            await _session.WriteInPiecesAsync(text[..^1]);
            if (index == _chunks.Count - 1)
            {
                End();
            }

            await _session.Connection.WriteAsync(text[^1..]);
            reply = await _session.ReadReplyAsync();
            Judge(index, reply);
        }

        return IsWrong ? null : reply;
    }

    private string Command(int index)
    {
        var last =
            index < _chunks.Count - 1 ? ""
            : _session.Random.Next(2) == 0 ? " LAST"
            : " last";
        return string.Create(CultureInfo.InvariantCulture, $"BDAT {_chunks[index].Length}{last}\r\n");
    }

    // From the last octet on Relay has it.
    private void End()
    {
        if (_session.IsThere && !IsWrong)
        {
            _session.Ledger.Ends(_id, _session.Caller with { });
        }
    }

    private void Judge(int index, string? reply)
    {
        if (reply is null || !_session.IsThere)
        {
            return;
        }

        var isLast = index == _chunks.Count - 1;
        if (IsWrong)
        {
            // Refused by the chunk that breaks the rule and by each after it.
            var mustBe = _isRefused || isLast || (_fault == ChunkFault.Newline && index >= _faultAt);
            _isRefused |= reply[0] == '5';
            _session.Ledger.Check(
                reply[0] == '5' || (!mustBe && reply[0] == '2'),
                $"chunk {index} of {_id} breaks a rule and is answered {reply}"
            );
            if (isLast)
            {
                _session.Ledger.TurnedDown(_id, reply);
            }
        }
        else if (!isLast)
        {
            _session.Expect("250", reply);
        }
    }

    private async Task<bool> GoesOnAsync(int index)
    {
        switch (_fault)
        {
            case ChunkFault.BrokenOff:
                var text = Command(index) + _chunks[index];
                await _session.WriteInPiecesAsync(text[..^1]);
                await _session.LeaveAsync();
                return false;
            case ChunkFault.Reset:
                _session.Expect("250", await _session.SayAsync("RSET"));
                return false;
            case ChunkFault.Hello:
                _session.Expect("250", await _session.SayAsync("EHLO client.test"));
                return false;
            case ChunkFault.Recipient when index > 0:
                _session.Expect("503", await _session.SayAsync("RCPT TO:<late@open.test>"));
                return true;
            case ChunkFault.Data when index > 0:
                _session.Expect("503", await _session.SayAsync("DATA"));
                return true;
            case ChunkFault.Size:
                _session.MayBeClosed = true;
                await _session.Connection.WriteAsync(
                    $"{Unreadable[_session.Random.Next(Unreadable.Length)]}\r\nRSET\r\nMAIL FROM:<nobody-sent-this@client.test>\r\n"
                );
                _session.Expect("501", await _session.ReadReplyAsync());
                var reply = await _session.ReadReplyAsync();
                _session.Ledger.Check(reply is null, $"{_id} goes on behind a chunk of no size: {reply}");
                return false;
            default:
                return true;
        }
    }
}
