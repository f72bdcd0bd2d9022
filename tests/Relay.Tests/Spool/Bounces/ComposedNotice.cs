using System.Text;
using MimeKit;
using Relay.Core.Messages;

namespace Relay.Tests.Spool.Bounces;

/// <summary>A composed notice as a reader of mail sees it.</summary>
internal sealed class ComposedNotice
{
    public ComposedNotice(byte[] bytes, BodyTraits traits)
    {
        Bytes = bytes;
        Traits = traits;
        using var stream = new MemoryStream(bytes);
        Message = MimeMessage.Load(stream);
        Report = Message.Body as MultipartReport ?? throw new FormatException("The notice is no report.");
    }

    public byte[] Bytes { get; }

    public BodyTraits Traits { get; }

    public MimeMessage Message { get; }

    public MultipartReport Report { get; }

    public string Text => ((TextPart)Report[0]).Text;

    /// <summary>The text with its line breaks and indents made blanks.</summary>
    public string Prose => string.Join(' ', Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public MessageDeliveryStatus Status => (MessageDeliveryStatus)Report[1];

    public HeaderList MessageFields => Status.StatusGroups[0];

    public MimeEntity Original => Report[2];

    /// <summary>The exact bytes of the third part.</summary>
    public byte[] OriginalBytes
    {
        get
        {
            var delimiter = Encoding.ASCII.GetBytes($"\r\n--{Report.Boundary}");
            var last = Bytes.AsSpan().LastIndexOf(delimiter);
            var start = Bytes.AsSpan(0, last).LastIndexOf(delimiter);
            var content = Bytes.AsSpan(start, last - start);
            return content[(content.IndexOf("\r\n\r\n"u8) + 4)..].ToArray();
        }
    }

    public HeaderList RecipientFields(int index = 0) => Status.StatusGroups[index + 1];
}
