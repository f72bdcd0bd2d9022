using System.Globalization;
using System.Text;
using MimeKit;

namespace Relay.Cli.Sending;

/// <summary>The message that <c>relay send</c> sends: a small one that says what it is, or a file as it stands.</summary>
internal sealed class TestMessage
{
    private const int LineLength = 76;

    public required string From { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    public required string Subject { get; init; }

    /// <summary>Least size in bytes; the text is filled up to it.</summary>
    public int Size { get; init; }

    /// <summary>Sent in place of all this, byte by byte.</summary>
    public byte[]? File { get; init; }

    /// <summary>The bytes of one of them.</summary>
    /// <param name="number">From 1.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="now">Its date.</param>
    public byte[] Compose(int number, int count, DateTimeOffset now)
    {
        if (File is not null)
        {
            return File;
        }

        using var message = new MimeMessage { Date = now, Subject = count == 1 ? Subject : $"{Subject} ({number} of {count})" };
        Add(message.From, From);
        foreach (var recipient in To)
        {
            Add(message.To, recipient);
        }

        using var text = new TextPart("plain") { Text = Text(number, count) };
        message.Body = text;
        using var stream = new MemoryStream();
        message.WriteTo(Format, stream);
        return Filled(stream);
    }

    /// <summary>The message with CRLF at the end of each line and of the last one, as it must stand on the wire (RFC 5321 §2.3.8).</summary>
    public static byte[] WithLineEnds(byte[] message)
    {
        using var stream = new MemoryStream(message.Length + 2);
        for (var index = 0; index < message.Length; index++)
        {
            if (message[index] == '\n' && (index == 0 || message[index - 1] != '\r'))
            {
                stream.WriteByte((byte)'\r');
            }

            stream.WriteByte(message[index]);
        }

        if (message is not [.., (byte)'\n'])
        {
            stream.Write("\r\n"u8);
        }

        return stream.ToArray();
    }

    private static FormatOptions Format { get; } = new() { NewLineFormat = NewLineFormat.Dos, EnsureNewLine = true };

    private static void Add(InternetAddressList list, string address)
    {
        if (MailboxAddress.TryParse(address, out var mailbox))
        {
            list.Add(mailbox);
        }
    }

    private static string Text(int number, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"This is test message {number} of {count}, sent by \"relay send\".\r\n");

    /// <summary>Lines at the end, so that what was composed stays as it is.</summary>
    private byte[] Filled(MemoryStream stream)
    {
        while (stream.Length < Size)
        {
            var left = (int)Math.Min(LineLength, Math.Max(2, Size - stream.Length));
            stream.Write(Encoding.ASCII.GetBytes(new string('x', left - 2) + "\r\n"));
        }

        return stream.ToArray();
    }
}
