using System.Text;
using MimeKit;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>
/// The message object that MailKit is given: a stub of two header fields, which are hidden when it is written, around a <see cref="RawBodyPart"/>.
/// </summary>
/// <remarks>
/// It leans on how MimeKit writes a message: header fields that are not hidden, an empty line only if the parser saw one, then the body part. The packages
/// are pinned to one version and a test sends awkward bodies through all of it.
/// </remarks>
internal sealed class RawMessage : IDisposable
{
    // No empty line behind the header: MimeKit then writes none.
    private static readonly byte[] Stub = Encoding.ASCII.GetBytes(
        "Content-Type: application/x-relay-raw\r\nContent-Transfer-Encoding: 7bit\r\n"
    );

    private static readonly ParserOptions Parsing = CreateParserOptions();

    private static readonly FormatOptions Formatting = CreateFormatOptions();

    public RawMessage()
    {
        using var stub = new MemoryStream(Stub, writable: false);
        Message = new ExperimentalMimeParser(Parsing, stub, MimeFormat.Entity).ParseMessage();
        Part = (RawBodyPart)Message.Body!;
    }

    public MimeMessage Message { get; }

    public RawBodyPart Part { get; }

    public static FormatOptions Format => Formatting;

    /// <summary>Makes the stub stand for a message.</summary>
    public void PointAt(OutgoingTransaction? transaction)
    {
        Part.Source = transaction;
        if (transaction is not null)
        {
            // What makes MailKit say BODY=8BITMIME. Never Binary, which would make it send BDAT.
            Part.ContentTransferEncoding = transaction.DeclaresEightBit ? ContentEncoding.EightBit : ContentEncoding.SevenBit;
        }
    }

    public void Dispose() => Message.Dispose();

    private static ParserOptions CreateParserOptions()
    {
        var options = new ParserOptions();
        options.RegisterMimeType("application/x-relay-raw", typeof(RawBodyPart));
        return options;
    }

    private static FormatOptions CreateFormatOptions()
    {
        var options = FormatOptions.Default.Clone();
        options.HiddenHeaders.Add(HeaderId.ContentType);
        options.HiddenHeaders.Add(HeaderId.ContentTransferEncoding);
        options.HiddenHeaders.Add(HeaderId.MimeVersion);
        return options;
    }
}
