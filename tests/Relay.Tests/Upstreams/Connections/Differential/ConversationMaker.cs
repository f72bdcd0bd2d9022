using System.Text;
using Relay.Core.Messages;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>Makes a conversation of a seed: extensions, odd addresses, awkward bodies, and servers that answer in any way at all.</summary>
internal sealed class ConversationMaker(int seed)
{
    private static readonly string[] Keywords =
    [
        "PIPELINING",
        "SIZE 104857600",
        "8BITMIME",
        "SMTPUTF8",
        "DSN",
        "ENHANCEDSTATUSCODES",
        "CHUNKING",
        "X-OTHER a b",
    ];

    private static readonly string[] Replies =
    [
        "250 2.1.0 fine",
        "250-2.1.0 one\n250-2.1.0 two\n250 2.1.0 three",
        "250",
        "251 2.1.5 will forward",
        "450 4.2.1 näin",
        "451 4.3.0 busy",
        "451-4.3.0 busy\n451 4.3.0 now",
        "452 4.5.3 too many",
        "550 5.1.1 no such user",
        "550-no\n550-enhanced\n550 code",
        "552 5.3.4 too large",
        "554 5.7.1 ",
        "530 5.7.0 authenticate",
        "500 5.5.2 what",
        "502 5.5.1 not here",
        "503 5.5.1 bad sequence",
        "354 go ahead",
        "220 hello again",
    ];

    private static readonly string[] NoReplies = ["HTTP/1.1 400 Bad Request\r\n", "25 no\r\n", "\r\n", "250-one\r\n550 two\r\n"];

    private static readonly string?[] EnvelopeIds = [null, null, "QQ314159", "id+2B4+3D7", "+41B"];

    private readonly Random _random = new(seed);

    public Conversation Make()
    {
        string[] extensions = [.. Keywords.Where(_ => _random.Next(3) > 0)];
        var turns = Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => MakeTurn()).ToArray();
        return new Conversation(extensions, Pick(["503 5.5.1 RCPT first", "554 5.5.1 nobody", "354 go ahead"]), turns);
    }

    private Turn MakeTurn()
    {
        EnvelopeRecipient[] recipients = [.. Enumerable.Range(0, 1 + _random.Next(_random.Next(1, 6))).Select(_ => MakeRecipient())];
        var envelope = new Envelope
        {
            Sender = _random.Next(5) == 0 ? MailPath.Null : new MailPath(PickAddress()),
            Recipients = recipients,
            Body = Pick([BodyType.Unspecified, BodyType.Unspecified, BodyType.SevenBit, BodyType.EightBitMime]),
            SmtpUtf8 = _random.Next(8) == 0,
            Return = Pick([DsnReturn.Unspecified, DsnReturn.Full, DsnReturn.Headers]),
            EnvelopeId = Pick(EnvelopeIds),
        };
        var traits = _random.Next(8) == 0 ? BodyTraits.EightBitHeader : BodyTraits.None;
        Disturbance[] disturbances = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => MakeDisturbance(recipients.Length))];
        return new Turn(envelope, MakeBody(), traits, _random.Next(4) == 0, disturbances);
    }

    /// <summary>Mostly ordinary ones: what MailKit cannot express ends the transaction before it has begun.</summary>
    private string PickAddress() => _random.Next(3) > 0 ? $"{(char)('a' + _random.Next(4))}@example.com" : Pick(TestAddress.All).Text;

    private EnvelopeRecipient MakeRecipient()
    {
        var notify = _random.Next(4) switch
        {
            0 => DsnNotify.Never,
            1 => (DsnNotify)(2 * _random.Next(1, 8)),
            _ => DsnNotify.Unspecified,
        };
        return new EnvelopeRecipient(new MailPath(PickAddress()), notify, _random.Next(4) == 0 ? "rfc822;Old+2BName@example.org" : null);
    }

    private Disturbance MakeDisturbance(int recipients)
    {
        var stage = Pick([Stage.Mail, Stage.Rcpt, Stage.Rcpt, Stage.Rcpt, Stage.Data, Stage.Dot, Stage.Dot, Stage.Rset]);
        int? recipient = stage == Stage.Rcpt && _random.Next(4) > 0 ? _random.Next(recipients) : null;
        return _random.Next(12) switch
        {
            0 => new Disturbance(stage, recipient, null),
            1 => new Disturbance(stage, recipient, "421 4.3.2 closing") { Closes = true, IsBytewise = _random.Next(2) == 0 },
            2 => new Disturbance(stage, recipient, Pick(NoReplies)) { IsGarbage = true },
            _ => new Disturbance(stage, recipient, Pick(Replies)) { IsBytewise = _random.Next(3) == 0 },
        };
    }

    /// <summary>Lines of any bytes but CR and LF, since reception lets none of these stand alone; with or without an end of the last one.</summary>
    private byte[] MakeBody()
    {
        using var body = new MemoryStream();
        var lines = _random.Next(10) == 0 ? _random.Next(2000) : _random.Next(8);
        for (var line = 0; line < lines; line++)
        {
            body.Write(MakeLine());
            body.Write("\r\n"u8);
        }

        body.Write(_random.Next(3) == 0 ? MakeLine() : []);
        return body.ToArray();
    }

    private byte[] MakeLine() =>
        _random.Next(7) switch
        {
            0 => [],
            1 => "."u8.ToArray(),
            2 => "..two dots"u8.ToArray(),
            3 => Encoding.UTF8.GetBytes(".Grüße"),
            4 => [.. Enumerable.Range(0, _random.Next(60)).Select(_ => AnyByte())],
            5 when _random.Next(10) == 0 => [.. Enumerable.Repeat((byte)'x', _random.Next(40_000))],
            _ => "Subject: text"u8.ToArray(),
        };

    private byte AnyByte() => (byte)_random.Next(256) is var value and not (10 or 13) ? value : (byte)'.';

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
