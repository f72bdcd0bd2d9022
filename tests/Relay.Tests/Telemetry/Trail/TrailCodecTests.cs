using System.Globalization;
using System.Net;
using Relay.Core.Messages;
using Relay.Core.Telemetry.Trail;

namespace Relay.Tests.Telemetry.Trail;

/// <summary>What is remembered as bytes is read as it was.</summary>
internal sealed class TrailCodecTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly SmtpReply Taken = new(250, new EnhancedStatusCode(2, 0, 0), "OK queued as 4F1\nsecond line");
    private static readonly SmtpReply Bare = new(354, enhanced: null, "go ahead");

    private static readonly EnvelopeRecipient[] Recipients =
    [
        new(new MailPath("b@example.net"), DsnNotify.Success | DsnNotify.Delay, "rfc822;o+2Bx@example.net"),
        new(new MailPath("ü@example.net")),
        new(new MailPath("c@example.net"), DsnNotify.Never),
    ];

    [Test]
    public void An_entry_comes_back_as_it_was()
    {
        var first = new Exchange(Recipients, Taken, [Taken, null, new SmtpReply(550, null, "no")], Bare, Dot: null, Earlier: null);
        var second = new Exchange([Recipients[1], Recipients[2]], Taken, [Taken, Taken], Data: null, Taken, first);
        var entry = Entry() with
        {
            Recipients = [Recipients[0], Recipients[2]],
            Outcomes =
            [
                new RecipientOutcome(OutcomeKind.Delivered, Taken, "a"),
                new RecipientOutcome(OutcomeKind.Deferred, Reply: null, Upstream: null) { RoomAt = At.AddHours(1) },
            ],
            Attempts =
            [
                new AttemptRecord("a", "250 2.0.0 OK", TimeSpan.FromMilliseconds(3.5))
                {
                    Group = "default",
                    Began = long.MaxValue,
                    Exchange = second,
                },
                new AttemptRecord("b", "cannot connect", TimeSpan.Zero),
            ],
            NextAt = At.AddMinutes(5),
            IsGivenUp = true,
            IsStored = true,
        };

        Assert.That(Describe(Again(entry)), Is.EqualTo(Describe(entry)));
    }

    [TestCase(null)]
    [TestCase("127.0.0.1")]
    [TestCase("2001:db8::1")]
    [TestCase("fe80::1%3")]
    public void The_address_of_a_client_comes_back_as_it_was(string? address)
    {
        var origin = new MessageOrigin(address is null ? null : IPAddress.Parse(address), "", "smtp");

        Assert.That(Again(Entry() with { Origin = origin }).Origin, Is.EqualTo(origin));
    }

    [Test]
    public void Recipients_that_are_not_those_of_the_envelope_come_back_too()
    {
        EnvelopeRecipient[] others = [Recipients[2], Recipients[0], new(new MailPath("elsewhere@example.com"))];

        Assert.That(Again(Entry() with { Recipients = others }).Recipients, Is.EqualTo(others));
    }

    [Test]
    public void Empty_texts_are_not_taken_for_none()
    {
        var read = Again(Entry() with { MessageIdField = "" });

        Assert.That((read.MessageIdField, read.Envelope.EnvelopeId), Is.EqualTo(("", "a+2Bb")));
        Assert.That(Again(Entry() with { MessageIdField = null }).MessageIdField, Is.Null);
    }

    [Test]
    public void A_reply_of_many_recipients_is_written_once()
    {
        var few = Entry() with { Outcomes = [new RecipientOutcome(OutcomeKind.Delivered, Taken, "a")] };
        var many = Entry() with { Outcomes = [.. Enumerable.Repeat(few.Outcomes[0], 100)] };

        Assert.That(Again(many).Bytes - Again(few).Bytes, Is.LessThan(600));
        Assert.That(Again(many).Outcomes, Is.EqualTo(many.Outcomes));
    }

    private static TrailEntry Entry() =>
        new()
        {
            Id = new MessageId((UInt128)1 << 100),
            At = At,
            Size = 5_000_000_000,
            MessageIdField = "1@example.com",
            Envelope = new Envelope
            {
                Sender = MailPath.Null,
                Recipients = Recipients,
                Body = BodyType.EightBitMime,
                SmtpUtf8 = true,
                RequireTls = true,
                DeclaredSize = 0,
                Return = DsnReturn.Full,
                EnvelopeId = "a+2Bb",
            },
            Origin = new MessageOrigin(IPAddress.Parse("192.0.2.1"), "client.example.com", "submission")
            {
                IsTrusted = false,
                User = "app",
            },
            Recipients = Recipients,
            Outcomes = [],
            Attempts = [],
            Reply = Taken,
        };

    private static TrailEntry Again(TrailEntry entry)
    {
        var scratch = TrailScratch.Take();
        TrailCodec.Write(scratch, entry);
        var read = TrailCodec.Read(scratch.Written);
        scratch.End();
        return read;
    }

    private static string Describe(TrailEntry entry)
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{entry.Id} {entry.At:O} {entry.Size} {entry.MessageIdField} {entry.Reply}"),
            $"{entry.Envelope with { Recipients = [] }} {entry.Origin} {entry.IsStored} {entry.NextAt:O} {entry.IsGivenUp}",
        };
        lines.AddRange(entry.Envelope.Recipients.Select(static recipient => $"to {recipient}"));
        lines.AddRange(entry.Recipients.Select(static recipient => $"of {recipient}"));
        lines.AddRange(entry.Outcomes.Select(static outcome => $"{outcome}"));
        foreach (var attempt in entry.Attempts)
        {
            lines.Add($"{attempt with { Exchange = null }}");
            for (var exchange = attempt.Exchange; exchange is not null; exchange = exchange.Earlier)
            {
                lines.AddRange(exchange.Recipients.Select(static recipient => $"rcpt {recipient}"));
                lines.AddRange(
                    exchange.RecipientReplies.Prepend(exchange.Mail).Append(exchange.Data).Append(exchange.Dot).Select(reply => $"{reply}")
                );
            }
        }

        return string.Join('\n', lines);
    }
}
