using System.Buffers;
using System.Globalization;
using System.Text;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Smtp;

namespace Relay.Core.Pickup;

/// <summary>
/// Makes a message of a file, by the same rules as mail that comes by SMTP: size, line lengths, hops, no NUL. Single line feeds become line ends, for files are written with those on most
/// systems.
/// </summary>
internal sealed class PickupReader(RelayOptions options, BodyStorage storage, TimeProvider time)
{
    private const int Block = 64 * 1024;

    /// <summary>What <c>Routes:N:Listener</c> and the metrics call the folder.</summary>
    public const string Listener = "pickup";

    /// <returns>The message, whose body is the caller's to release; or why it can never be sent.</returns>
    /// <exception cref="IOException">The file, or temporary storage, cannot be used for now.</exception>
    public async ValueTask<(ReceivedMessage? Message, string? Problem)> ReadAsync(PickupFile file, CancellationToken cancellationToken)
    {
        var info = new FileInfo(file.Path);
        if (info.Attributes.HasFlag(FileAttributes.ReparsePoint) || info.Length == 0)
        {
            return (null, "This is not a file with a message."); // links lead to files that their owner may not be able to read
        }

        if (info.Length > options.Limits.MessageSize + PickupHeader.Longest)
        {
            return (null, $"The message is larger than {options.Limits.MessageSize} bytes.");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(PickupHeader.Longest);
        try
        {
            await using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, useAsync: false);
            var count = await stream.ReadAtLeastAsync(
                buffer.AsMemory(0, PickupHeader.Longest),
                PickupHeader.Longest,
                throwOnEndOfStream: false,
                cancellationToken
            );
            var head = buffer.AsMemory(0, count);
            if (PickupHeader.Read(head, isAll: count < PickupHeader.Longest) is not { } header)
            {
                return (null, $"The header section is longer than {PickupHeader.Longest} bytes.");
            }

            var (sender, recipients, problem) = PickupEnvelope.Read(header, options.Limits.Recipients);
            return problem is not null
                ? (null, problem)
                : await ReadAsync(file.Id, sender!, recipients, header, head[header.Length..], stream, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<(ReceivedMessage? Message, string? Problem)> ReadAsync(
        MessageId id,
        MailPath sender,
        IReadOnlyList<EnvelopeRecipient> recipients,
        PickupHeader header,
        ReadOnlyMemory<byte> behindHeader,
        Stream rest,
        CancellationToken cancellationToken
    )
    {
        using var body = storage.CreateWriter();
        var reader = new DataReader(BareNewlineHandling.Normalize, options.Limits.MessageSize, options.Limits.LineLength);
        reader.Begin(isChunked: true);
        body.Write(Encoding.ASCII.GetBytes(TraceField(id)));
        foreach (var line in header.Kept.Append(behindHeader))
        {
            reader.Read(new ReadOnlySequence<byte>(line), body, out _);
        }

        await body.FlushAsync(cancellationToken);
        await CopyAsync(rest, reader, body, cancellationToken);
        reader.EndChunks(body);
        await body.FlushAsync(cancellationToken);
        if (reader.Fault != DataFault.None || reader.ReceivedFields + 1 > ReceivedHeader.MaximumHops)
        {
            return (null, (reader.Fault != DataFault.None ? Replies.For(reader.Fault) : Replies.TooManyHops).ToString());
        }

        return (
            new ReceivedMessage(id, Envelope(sender, recipients, reader.Traits), body.Complete(reader.Traits), Origin, time.GetTimestamp())
            {
                NobodyWaits = true,
            },
            null
        );
    }

    private static MessageOrigin Origin => new(null, "", Listener);

    private static async ValueTask CopyAsync(Stream rest, DataReader reader, MessageBodyWriter body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            int count;
            while (reader.Fault == DataFault.None && (count = await rest.ReadAsync(buffer.AsMemory(0, Block), cancellationToken)) > 0)
            {
                await body.WaitForTurnAsync(count);
                reader.Read(new ReadOnlySequence<byte>(buffer, 0, count), body, out _);
                await body.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Declared as it is: there is no client that could have.</summary>
    private static Envelope Envelope(MailPath sender, IReadOnlyList<EnvelopeRecipient> recipients, BodyTraits traits) =>
        new()
        {
            Sender = sender,
            Recipients = recipients,
            Body = traits.HasFlag(BodyTraits.EightBitContent) ? BodyType.EightBitMime : BodyType.Unspecified,
            SmtpUtf8 =
                traits.HasFlag(BodyTraits.EightBitHeader) || !sender.IsAscii || recipients.Any(static recipient => !recipient.Path.IsAscii),
        };

    // RFC 5321 §4.4 asks for a FROM clause of what came by SMTP; this did not.
    private string TraceField(MessageId id) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Received: by {options.HostName} (pickup folder) id {id};\r\n\t{time.GetUtcNow():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n"
        );
}
