using System.Buffers.Binary;
using System.Data.Common;
using System.Net;
using System.Text.Json;
using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>How rows are written in columns, by every provider. Recipients and what never changes are JSON: they are read whole or not at all.</summary>
internal static class Rows
{
    public static byte[] Id(MessageId id)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id.Value);
        return bytes;
    }

    public static MessageId Id(byte[] bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public static long Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static string Recipients(IEnumerable<EnvelopeRecipient> recipients) =>
        JsonSerializer.Serialize(
            recipients.Select(static recipient => new StoredRecipient(
                recipient.Path.Text,
                (int)recipient.Notify,
                recipient.OriginalRecipient
            ))
        );

    public static string Details(SpooledMessage message)
    {
        var envelope = message.Envelope;
        return JsonSerializer.Serialize(
            new StoredDetails(
                envelope.Sender.Text,
                (int)envelope.Body,
                envelope.SmtpUtf8,
                envelope.DeclaredSize,
                (int)envelope.Return,
                envelope.EnvelopeId,
                message.Origin.Client?.ToString(),
                message.Origin.HelloName,
                message.Origin.Listener,
                message.Origin.IsTrusted,
                (int)message.Traits,
                message.Origin.User,
                envelope.RequireTls,
                message.Trace
            )
        );
    }

    /// <summary>For LIKE: anything with this text in it.</summary>
    public static string? Pattern(string? part) =>
        part is null
            ? null
            : $"%{part.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";

    /// <summary>Columns as in claim.sql. What the row was before it was claimed shows in whether it names a server.</summary>
    public static (SpooledDelivery Delivery, long Generation) ReadClaimed(DbDataReader reader)
    {
        var upstream = reader.IsDBNull(7) ? null : reader.GetString(7);
        var state = upstream is null ? SpoolState.Waiting : SpoolState.Uncertain;
        return (Read(reader, state, 3), reader.GetInt64(11));
    }

    /// <summary>Columns as in list.sql.</summary>
    public static SpooledDelivery ReadListed(DbDataReader reader) => Read(reader, (SpoolState)reader.GetInt32(3), 4);

    private static SpooledDelivery Read(DbDataReader reader, SpoolState state, int at)
    {
        var details = JsonSerializer.Deserialize<StoredDetails>(reader.GetString(at + 10))!;
        var recipients = JsonSerializer
            .Deserialize<StoredRecipient[]>(reader.GetString(at + 9))!
            .Select(static stored => new EnvelopeRecipient(new MailPath(stored.P), (DsnNotify)stored.N, stored.O))
            .ToList();
        var envelope = new Envelope
        {
            Sender = new MailPath(details.Sender),
            Recipients = recipients,
            Body = (BodyType)details.Body,
            SmtpUtf8 = details.Utf8,
            RequireTls = details.RequireTls,
            DeclaredSize = details.Declared,
            Return = (DsnReturn)details.Ret,
            EnvelopeId = details.EnvId,
        };
        var client = details.Client is null ? null : IPAddress.Parse(details.Client);
        var origin = new MessageOrigin(client, details.Hello, details.Listener) { IsTrusted = details.Trusted, User = details.User };
        var message = new SpooledMessage(
            Id((byte[])reader.GetValue(1)),
            envelope,
            origin,
            Time(reader.GetInt64(at + 2)),
            reader.GetInt64(at + 11),
            (BodyTraits)details.Traits
        )
        {
            Trace = details.Trace,
        };
        var part = new SpoolPart
        {
            Group = reader.GetString(2),
            IsGroupChosen = reader.GetBoolean(at + 12),
            Recipients = recipients,
            State = state,
            DueAt = Time(reader.GetInt64(at)),
            ExpiresAt = Time(reader.GetInt64(at + 1)),
            Runs = reader.GetInt32(at + 3),
            Upstream = reader.IsDBNull(at + 4) ? null : reader.GetString(at + 4),
            UncertainSince = reader.IsDBNull(at + 5) ? null : Time(reader.GetInt64(at + 5)),
            IsDelayTold = reader.GetBoolean(at + 6),
            Reason = reader.GetString(at + 7),
        };
        return new SpooledDelivery(reader.GetInt64(0), message, part);
    }

    // Names are short: they stand in every row.
    private sealed record StoredRecipient(string P, int N, string? O);

    private sealed record StoredDetails(
        string Sender,
        int Body,
        bool Utf8,
        long? Declared,
        int Ret,
        string? EnvId,
        string? Client,
        string Hello,
        string Listener,
        bool Trusted,
        int Traits,
        string? User = null,
        bool RequireTls = false,
        string? Trace = null
    );
}
