using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Fuzzing.Targets;

/// <summary>
/// Walks through what a client sent with the codes of the replies in hand, as the client itself would: each command has one reply, each message that was accepted
/// is one that stands there, and nothing is left over at the end.
/// </summary>
/// <param name="sent">Everything, in one piece.</param>
/// <param name="bareNewlines">The setting of the session.</param>
/// <param name="codes">Of the replies.</param>
/// <param name="messages">What the sink was given.</param>
internal sealed partial class Transcript(
    byte[] sent,
    BareNewlineHandling bareNewlines,
    IReadOnlyList<int> codes,
    IReadOnlyList<(ReceivedMessage Message, string Body)> messages
)
{
    public const int MaximumSize = 2000;
    public const int MaximumLine = 200;

    private readonly string _text = Encoding.Latin1.GetString(sent);
    private readonly StringBuilder _chunks = new();
    private int _at;
    private int _nextCode;
    private int _nextMessage;
    private string _sender = "";
    private bool _isUncertain;

    private bool IsFarewellNext => _nextCode == codes.Count - 1 && codes[^1] == 421;

    public void Check()
    {
        FuzzException.Unless(TakeCode() == 220, "the first reply is no greeting");
        while (_text.IndexOf("\r\n", _at, StringComparison.Ordinal) is >= 0 and var end)
        {
            var line = _text[_at..end];
            _at = end + 2;
            if (!TryAnswer(line))
            {
                CheckEnd();
                return;
            }
        }

        if (_text.EndsWith('\n') && _at < _text.Length && !IsFarewellNext)
        {
            FuzzException.Unless(TakeCode() == 500, "a last line that ends in LF alone is not refused");
        }

        CheckEnd();
    }

    private void CheckEnd()
    {
        if (_isUncertain)
        {
            return;
        }

        // The farewell of a session that has had enough comes without a command of its own, and last.
        FuzzException.Unless(_nextCode == codes.Count || IsFarewellNext, $"{codes.Count - _nextCode} replies without a command");
        FuzzException.Unless(_nextMessage == messages.Count, $"{messages.Count - _nextMessage} messages that nobody sent");
    }

    // False when the session is over with this line.
    private bool TryAnswer(string line)
    {
        if (line.Length <= CommandLineReader.MaximumLength && Chunk().Match(line) is { Success: true } chunk)
        {
            var size = decimal.Parse(chunk.Groups["size"].ValueSpan, CultureInfo.InvariantCulture);
            if (size <= long.MaxValue)
            {
                var goesOn = TryAnswerChunk((long)size, chunk.Groups["last"].Success);
                // A LF right behind a chunk ends a line of its own if nothing has come behind it yet: from there on the cut decides.
                _isUncertain = _at < _text.Length && _text[_at] == '\n';
                return goesOn && !_isUncertain;
            }
        }

        if (IsFarewellNext)
        {
            return false;
        }

        var code = TakeCode();
        if (code == 354)
        {
            return TryAnswerData();
        }

        if (code == 250 && Verb(line) is "MAIL")
        {
            (_sender, _) = (Sender().Match(line).Groups["path"].Value, _chunks.Clear());
        }
        else if (Verb(line) is "RSET" or "EHLO" or "HELO" or "XCLIENT" && code < 300)
        {
            _chunks.Clear();
        }

        return code is not (221 or 421) && !IsLast(line);
    }

    private bool TryAnswerData()
    {
        var data = ReferenceData.Of(sent[_at..], bareNewlines, isChunked: false, MaximumSize, MaximumLine);
        _at += data.Length;
        if (!data.IsEnded)
        {
            return false; // the client has gone within its message
        }

        CheckMessage(data);
        return true;
    }

    private bool TryAnswerChunk(long size, bool isLast)
    {
        if (IsFarewellNext)
        {
            return false; // too many errors, before it was read
        }

        if (size > _text.Length - _at)
        {
            _at = _text.Length;
            return false;
        }

        var content = _text.Substring(_at, (int)size);
        _at += (int)size;
        if (_nextCode < codes.Count && codes[_nextCode] is 503 or 530)
        {
            _nextCode++;
            return true;
        }

        _chunks.Append(content);
        var data = ReferenceData.Of(Encoding.Latin1.GetBytes(_chunks.ToString()), bareNewlines, isChunked: true, MaximumSize, MaximumLine);
        if (isLast)
        {
            CheckMessage(data);
            _chunks.Clear();
            return true;
        }

        var code = TakeCode();
        FuzzException.Unless(code == 250 || data.Faults.Count > 0, $"a chunk is refused with {code}");
        return code != 421;
    }

    private void CheckMessage(ReferenceData data)
    {
        var code = TakeCode();
        FuzzException.Unless(code == 250 == data.Allows(DataFault.None), $"{code} to a message with {string.Join(", ", data.Faults)}");
        if (code != 250)
        {
            return;
        }

        FuzzException.Unless(_nextMessage < messages.Count, "a message was accepted and is nobody's");
        var (message, body) = messages[_nextMessage++];
        FuzzException.Unless(body.Equals(data.Body, StringComparison.Ordinal), $"the message is {body}, and {data.Body} was sent");
        var sender = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(message.Envelope.Sender.Text));
        FuzzException.Unless(sender.Equals(_sender, StringComparison.Ordinal), $"it is from {sender}, and {_sender} sent it");
    }

    private int TakeCode()
    {
        FuzzException.Unless(_nextCode < codes.Count, $"no reply, {_at} bytes on");
        return codes[_nextCode++];
    }

    private static string Verb(string line) => line.Split(' ')[0].ToUpperInvariant();

    // What a session ends with whatever it answers: chunks of which nobody knows the size, and other protocols. A word that hides within a refused command is not one.
    private bool IsLast(string line) =>
        line.Length <= CommandLineReader.MaximumLength
        && (
            line.StartsWith("PROXY ", StringComparison.Ordinal)
            || line is "\0"
            || Verb(line) is "BDAT"
            || (line.IndexOf(" HTTP/", StringComparison.Ordinal) > 0 && _nextCode == codes.Count)
        );

    [GeneratedRegex(
        @"\ABDAT +(?<size>[0-9]{1,20})(?: +(?<last>LAST))? *\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Chunk();

    [GeneratedRegex(
        @"\AMAIL +FROM: *<(?<path>(?:""(?:\\.|[^""\\])*""|[^>""])*)>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Sender();
}
