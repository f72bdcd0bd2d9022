using System.Globalization;
using System.Text;
using Relay.Simulation.Engine;
using Relay.Simulation.Model;

namespace Relay.Simulation.Servers;

/// <summary>One connection to a simulated server: reads commands, and answers them as its server's mood and the seed decide.</summary>
internal sealed partial class Dialogue
{
    private static readonly string[] OddReplies = ["500 5.5.2 What?", "502 5.5.1 Not implemented", "503 5.5.1 Bad sequence"];

    private readonly SimulatedServer _server;
    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly Ledger _ledger;
    private readonly StringBuilder _line = new();
    private TimeSpan _lastReply;
    private Delivery? _delivery;
    private int _accepted;
    private bool _isInData;
    private int _chunkLeft;
    private bool _isChunkWanted;
    private bool _isSilent;
    private bool _isCut;

    public Dialogue(SimulatedServer server, Pump pump, VirtualTime time, Random random, Ledger ledger)
    {
        (_server, _time, _random, _ledger) = (server, time, random, ledger);
        RelayEnd = new RelayEnd(pump, time, Send, () => server.Closed(this));
    }

    public RelayEnd RelayEnd { get; }

    public void Greet() => Reply(Next(), "220 sim ESMTP", "451 4.3.0 Not now", "554 5.3.0 Not here", null);

    /// <summary>Ends the connection, as an orderly end or as a reset.</summary>
    public void Cut()
    {
        if (!_isCut)
        {
            _isCut = true;
            var broken = _random.Next(2) == 0 ? new IOException("Connection reset by peer") : null;
            _time.At(_lastReply, () => RelayEnd.End(broken));
        }
    }

    // Bytes are under way for a moment. Those that reach nobody are read for one thing only: whether a final dot was among them.
    private void Send(byte[] bytes) => _time.After(TimeSpan.FromMicroseconds(100), () => Receive(bytes));

    private void Receive(byte[] bytes)
    {
        foreach (var octet in bytes)
        {
            if (_chunkLeft > 0)
            {
                TakeChunk((char)octet);
                continue;
            }

            _line.Append((char)octet);
            if (octet != '\n')
            {
                continue;
            }

            var line = _line.ToString();
            _line.Clear();
            if (_isInData)
            {
                TakeData(line);
            }
            else if (!_isSilent && !_isCut)
            {
                Run(line.TrimEnd('\r', '\n'));
            }
        }
    }

    private void TakeData(string line)
    {
        var delivery = _delivery!;
        if (line != ".\r\n")
        {
            delivery.Body.Append(line.StartsWith('.') ? line[1..] : line);
            if (!_isCut && !_isSilent && _server.Mood == Mood.Flaky && _random.Next(200) == 0)
            {
                Cut();
            }

            return;
        }

        _isInData = false;
        _ledger.DotIsOut(delivery);
        if (!_isCut && !_isSilent)
        {
            EndMessage(delivery);
        }
    }

    /// <summary>A chunk that nobody wants is read all the same (RFC 3030 §2).</summary>
    private void TakeChunk(char octet)
    {
        if (_isChunkWanted)
        {
            _delivery!.Body.Append(octet);
        }

        _chunkLeft--;
        if (octet == '\n' && _chunkLeft > 0 && !_isCut && !_isSilent && _server.Mood == Mood.Flaky && _random.Next(200) == 0)
        {
            Cut();
        }

        if (_chunkLeft == 0)
        {
            EndChunk();
        }
    }

    private void EndChunk()
    {
        var delivery = _isChunkWanted ? _delivery : null;
        if (delivery is not null)
        {
            _ledger.DotIsOut(delivery);
        }

        if (_isCut || _isSilent)
        {
            return;
        }

        if (delivery is null)
        {
            Send("503 5.5.1 No valid recipients", null);
            return;
        }

        EndMessage(delivery);
    }

    private void AnswerDot(Delivery delivery)
    {
        var fault = Next();
        var isRefused = fault is Fault.Transient or Fault.Permanent or Fault.Closing;
        if (!isRefused && (fault == Fault.None || fault == Fault.Late || _random.Next(2) == 0))
        {
            _ledger.Accepted(delivery);
        }

        Reply(
            fault,
            "250 2.0.0 Taken",
            "451 4.3.2 Not this one",
            "554 5.6.0 Never this one",
            reply => _ledger.DotAnswered(delivery, reply)
        );
        _delivery = null;
    }

    private void Run(string line)
    {
        var verb = line.Split(' ', ':')[0].ToUpperInvariant();
        switch (verb)
        {
            case "EHLO":
                var pipelining = _server.OffersPipelining ? "250-PIPELINING\r\n" : "";
                var chunking = _server.OffersChunking ? "250-CHUNKING\r\n" : "";
                Reply(
                    Next(),
                    $"250-sim\r\n{pipelining}{chunking}250-8BITMIME\r\n250 ENHANCEDSTATUSCODES",
                    "451 4.3.0 Later",
                    "550 5.3.0 No",
                    null
                );
                break;
            case "MAIL":
                Mail(line);
                break;
            case "RCPT":
                Recipient(line);
                break;
            case "DATA":
                Data();
                break;
            case "BDAT":
                _isChunkWanted = _delivery is not null && _accepted > 0;
                _chunkLeft = int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
                break;
            case "QUIT":
                Send("221 2.0.0 Bye", null);
                _isSilent = true;
                Cut();
                break;
            case "RSET":
            case "NOOP":
                _delivery = null;
                Reply(Next(), "250 2.0.0 OK", "451 4.3.0 Later", "550 5.3.0 No", null);
                break;
            default:
                Send("500 5.5.2 What?", null);
                break;
        }
    }

    private void Mail(string line)
    {
        var isNotice = line.Contains("<>", StringComparison.Ordinal);
        var delivery = isNotice ? new Delivery("", _server) : _ledger.Begin(Address(line).Split('@')[0], _server);
        _accepted = 0;
        if (IsPutOffAtMail(delivery))
        {
            _delivery = null;
            return;
        }

        var fault = _server.Mood == Mood.Throttling ? Fault.Transient : Next();
        var transient = _server.Mood == Mood.Throttling ? "451 4.7.1 Too many messages, slow down" : "451 4.3.0 Not now";
        Reply(fault, "250 2.1.0 OK", transient, "550 5.1.8 Not from you", reply => _ledger.MailRefused(delivery, reply));
        _delivery = fault is Fault.None or Fault.Late ? delivery : null;
    }

    private void Recipient(string line)
    {
        if (_delivery is not { } delivery)
        {
            Send("503 5.5.1 MAIL first", null);
            return;
        }

        var address = Address(line);
        _ledger.Named(delivery, address);
        if (IsPutOffAtRecipient(delivery, address))
        {
            return;
        }

        var fault = Next();
        if (fault is Fault.None or Fault.Late)
        {
            _accepted++;
            _ledger.Took(delivery, address);
        }

        var transient = _random.Next(3) == 0 ? "452 4.5.3 Too many recipients" : "450 4.2.1 Mailbox busy";
        Reply(fault, "250 2.1.5 OK", transient, "550 5.1.1 No such mailbox", reply => _ledger.RecipientRefused(delivery, reply, address));
    }

    private void Data()
    {
        if (_delivery is not { } delivery || _accepted == 0)
        {
            Send("554 5.5.1 No valid recipients", null);
            return;
        }

        if (IsPutOffAtData(delivery))
        {
            return;
        }

        var fault = Next();
        _isInData = fault is Fault.None or Fault.Late;
        Reply(fault, "354 Go on", "451 4.3.0 Not now", "554 5.6.0 No", reply => _ledger.Refused(delivery, reply, delivery.Recipients));
    }

    private static string Address(string line) =>
        line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    private Fault Next()
    {
        if (_server.Mood == Mood.Hanging)
        {
            return Fault.Hang;
        }

        if (_server.IsSteady)
        {
            return Fault.None;
        }

        var isFaulty = _random.Next(_server.Mood == Mood.Flaky ? 8 : 200) == 0;
        return isFaulty ? (Fault)_random.Next(1, (int)Fault.Late + 1) : Fault.None;
    }

    private void Reply(Fault fault, string good, string transient, string permanent, Action<string>? consumed)
    {
        if (fault != Fault.None)
        {
            _ledger.Injected(_server, fault);
        }

        switch (fault)
        {
            case Fault.None:
                Send(good, consumed);
                break;
            case Fault.Late:
                _lastReply = _time.Now + TimeSpan.FromMilliseconds(_random.Next(5_000, 120_000));
                Send(good, consumed);
                break;
            case Fault.Transient:
                Send(transient, consumed);
                break;
            case Fault.Permanent:
                Send(_server.OddReplies is { } odd && odd.Next(2) == 0 ? OddReplies[odd.Next(OddReplies.Length)] : permanent, consumed);
                break;
            case Fault.Closing:
                Send("421 4.3.2 Closing", consumed);
                Cut();
                break;
            case Fault.Hang:
                _isSilent = true;
                break;
            case Fault.Garbage:
                Send("Who is there?", null);
                break;
            case Fault.OutOfStep:
                Send(good.StartsWith("354", StringComparison.Ordinal) ? "220 sim ESMTP" : "354 Go on", null);
                break;
            case Fault.Cut:
                Cut();
                break;
            default:
                SendBytes(Encoding.ASCII.GetBytes(good)[..^_random.Next(1, good.Length)], null);
                Cut();
                break;
        }
    }

    private void Send(string reply, Action<string>? consumed)
    {
        var bytes = Encoding.ASCII.GetBytes(reply + "\r\n");
        var split = _random.Next(4) == 0 ? _random.Next(1, bytes.Length) : bytes.Length;
        var whole = consumed is null ? (Action?)null : () => consumed(reply);
        SendBytes(bytes[..split], split == bytes.Length ? whole : null);
        SendBytes(bytes[split..], whole);
    }

    private void SendBytes(byte[] bytes, Action? consumed)
    {
        var at = _time.Now + _server.Delay(50);
        _lastReply = at > _lastReply ? at : _lastReply;
        _time.At(_lastReply, () => RelayEnd.Deliver(bytes, consumed));
    }
}
