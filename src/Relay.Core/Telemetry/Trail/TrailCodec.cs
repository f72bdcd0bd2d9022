using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>
/// Entries as bytes. What is remembered outlives the youngest generation of objects, and an entry is some twenty of them: the collector's work for them was half of what
/// watching a relay cost. Read by the process that wrote it, so that no version is written.
/// </summary>
internal static class TrailCodec
{
    /// <summary>Begins with the id, so that one message is found without reading the others.</summary>
    public static void Write(TrailScratch scratch, TrailEntry entry)
    {
        scratch.Id(entry.Id);
        scratch.Number(entry.At.UtcTicks);
        scratch.Number(entry.Size);
        scratch.Text(entry.MessageIdField);
        Write(scratch, entry.Envelope);
        Write(scratch, entry.Origin);
        TrailRecipients.Write(scratch, entry.Envelope.Recipients, entry.Recipients);
        scratch.Number(entry.Outcomes.Count);
        for (var index = 0; index < entry.Outcomes.Count; index++)
        {
            Write(scratch, entry.Outcomes[index]);
        }

        scratch.Number(entry.Attempts.Count);
        for (var index = 0; index < entry.Attempts.Count; index++)
        {
            Write(scratch, entry.Envelope, entry.Attempts[index]);
        }

        scratch.Reply(entry.Reply);
        scratch.Flag(entry.IsStored);
        Write(scratch, entry.NextAt);
        scratch.Flag(entry.IsGivenUp);
    }

    public static TrailEntry Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new TrailReader(bytes);
        var (id, at, size, messageId) = (reader.Id(), Time(reader.Number()), reader.Number(), reader.Text());
        var envelope = ReadEnvelope(ref reader);
        return new TrailEntry
        {
            Id = id,
            At = at,
            Size = size,
            MessageIdField = messageId,
            Envelope = envelope,
            Origin = ReadOrigin(ref reader),
            Recipients = TrailRecipients.Read(ref reader, envelope.Recipients),
            Outcomes = ReadOutcomes(ref reader),
            Attempts = ReadAttempts(ref reader, envelope),
            Reply = reader.Reply(),
            IsStored = reader.Flag(),
            NextAt = ReadTime(ref reader),
            IsGivenUp = reader.Flag(),
            Bytes = bytes.Length,
        };
    }

    private static void Write(TrailScratch scratch, Envelope envelope)
    {
        scratch.Text(envelope.Sender.Text);
        scratch.Number(envelope.Recipients.Count);
        for (var index = 0; index < envelope.Recipients.Count; index++)
        {
            TrailRecipients.Write(scratch, envelope.Recipients[index]);
        }

        scratch.Byte((int)envelope.Body);
        scratch.Flag(envelope.SmtpUtf8);
        scratch.Flag(envelope.RequireTls);
        scratch.Number(envelope.DeclaredSize is { } declared ? declared + 1 : 0);
        scratch.Byte((int)envelope.Return);
        scratch.Text(envelope.EnvelopeId);
    }

    private static Envelope ReadEnvelope(ref TrailReader reader)
    {
        var sender = new MailPath(reader.Text()!);
        var recipients = new EnvelopeRecipient[reader.Number()];
        for (var index = 0; index < recipients.Length; index++)
        {
            recipients[index] = TrailRecipients.Read(ref reader);
        }

        return new Envelope
        {
            Sender = sender,
            Recipients = recipients,
            Body = (BodyType)reader.Byte(),
            SmtpUtf8 = reader.Flag(),
            RequireTls = reader.Flag(),
            DeclaredSize = reader.Number() is > 0 and var declared ? declared - 1 : null,
            Return = (DsnReturn)reader.Byte(),
            EnvelopeId = reader.Text(),
        };
    }

    private static void Write(TrailScratch scratch, MessageOrigin origin)
    {
        scratch.Address(origin.Client);
        scratch.Text(origin.HelloName);
        scratch.Text(origin.Listener);
        scratch.Flag(origin.IsTrusted);
        scratch.Text(origin.User);
    }

    private static MessageOrigin ReadOrigin(ref TrailReader reader) =>
        new(reader.Address(), reader.Text()!, reader.Text()!) { IsTrusted = reader.Flag(), User = reader.Text() };

    private static void Write(TrailScratch scratch, RecipientOutcome outcome)
    {
        scratch.Byte((int)outcome.Kind);
        scratch.Reply(outcome.Reply);
        scratch.Text(outcome.Upstream);
        Write(scratch, outcome.RoomAt);
    }

    private static RecipientOutcome[] ReadOutcomes(ref TrailReader reader)
    {
        var outcomes = new RecipientOutcome[reader.Number()];
        for (var index = 0; index < outcomes.Length; index++)
        {
            outcomes[index] = new RecipientOutcome((OutcomeKind)reader.Byte(), reader.Reply(), reader.Text())
            {
                RoomAt = ReadTime(ref reader),
            };
        }

        return outcomes;
    }

    private static void Write(TrailScratch scratch, Envelope envelope, AttemptRecord attempt)
    {
        scratch.Text(attempt.Upstream);
        scratch.Text(attempt.Summary);
        scratch.Number(attempt.Duration.Ticks);
        scratch.Text(attempt.Group);
        scratch.Number(attempt.Began);
        for (var exchange = attempt.Exchange; exchange is not null; exchange = exchange.Earlier)
        {
            scratch.Flag(true);
            Write(scratch, envelope, exchange);
        }

        scratch.Flag(false);
    }

    private static AttemptRecord[] ReadAttempts(ref TrailReader reader, Envelope envelope)
    {
        var attempts = new AttemptRecord[reader.Number()];
        for (var index = 0; index < attempts.Length; index++)
        {
            attempts[index] = new AttemptRecord(reader.Text()!, reader.Text()!, TimeSpan.FromTicks(reader.Number()))
            {
                Group = reader.Text()!,
                Began = reader.Number(),
                Exchange = ReadExchanges(ref reader, envelope),
            };
        }

        return attempts;
    }

    private static void Write(TrailScratch scratch, Envelope envelope, Exchange exchange)
    {
        TrailRecipients.Write(scratch, envelope.Recipients, exchange.Recipients);
        scratch.Reply(exchange.Mail);
        scratch.Number(exchange.RecipientReplies.Count);
        for (var index = 0; index < exchange.RecipientReplies.Count; index++)
        {
            scratch.Reply(exchange.RecipientReplies[index]);
        }

        scratch.Reply(exchange.Data);
        scratch.Reply(exchange.Dot);
    }

    /// <summary>They come the newest first, as they were linked.</summary>
    private static Exchange? ReadExchanges(ref TrailReader reader, Envelope envelope)
    {
        List<Exchange> exchanges = [];
        while (reader.Flag())
        {
            exchanges.Add(ReadExchange(ref reader, envelope));
        }

        Exchange? newest = null;
        for (var index = exchanges.Count - 1; index >= 0; index--)
        {
            newest = exchanges[index] with { Earlier = newest };
        }

        return newest;
    }

    private static Exchange ReadExchange(ref TrailReader reader, Envelope envelope)
    {
        var (recipients, mail) = (TrailRecipients.Read(ref reader, envelope.Recipients), reader.Reply());
        var replies = new SmtpReply?[reader.Number()];
        for (var index = 0; index < replies.Length; index++)
        {
            replies[index] = reader.Reply();
        }

        return new Exchange(recipients, mail, replies, reader.Reply(), reader.Reply(), Earlier: null);
    }

    private static void Write(TrailScratch scratch, DateTimeOffset? time) => scratch.Number(time?.UtcTicks ?? 0);

    private static DateTimeOffset? ReadTime(ref TrailReader reader) => reader.Number() is > 0 and var ticks ? Time(ticks) : null;

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
