using MimeKit;
using Relay.Core.Messages;

namespace Relay.Core.Capture;

/// <summary>Takes captured mail apart for people to read. Whatever a stranger has written comes out as something: what cannot be parsed is plain text.</summary>
internal sealed class CapturedReader : IDisposable
{
    /// <summary>Mails that are taken apart at once: each may need several times its size in memory.</summary>
    private const int AtOnce = 2;

    private const int MostParts = 1000;
    private const int LongestName = 200;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = 50 };

    private readonly SemaphoreSlim _turns = new(AtOnce);

    public async Task<CapturedContent> ReadAsync(MessageBody body, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            using var bytes = new MemoryStream((int)Math.Min(body.Length, CaptureStore.MaximumBytes));
            await body.CopyToAsync(bytes, cancellationToken);
            bytes.Position = 0;
            return await Task.Run(() => Parse(bytes, cancellationToken), cancellationToken); // not on a thread that mail comes in by
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static CapturedContent Parse(MemoryStream bytes, CancellationToken cancellationToken)
    {
        try
        {
            using var message = MimeMessage.Load(Options, bytes, persistent: true, cancellationToken);
            var attachments = message
                .BodyParts.Where(part => !IsText(message, part))
                .Take(MostParts)
                .Select(static (part, index) => Read(part, index))
                .ToList();
            return new CapturedContent(
                [.. message.Headers.Select(static field => KeyValuePair.Create(field.Field, field.Value))],
                message.TextBody,
                message.HtmlBody,
                attachments
            );
        }
        catch (Exception wrong) when (wrong is FormatException or ParseException or NotSupportedException or ArgumentException)
        {
            return new CapturedContent([], System.Text.Encoding.Latin1.GetString(bytes.ToArray()), null, []);
        }
    }

    /// <summary>Whether a part is what is read as the text or the HTML of the mail.</summary>
    private static bool IsText(MimeMessage message, MimeEntity part) =>
        part is TextPart { IsAttachment: false } text
        && (text.IsPlain || text.IsHtml)
        && text.ContentId is null
        && message.BodyParts.Take(MostParts).Contains(part);

    private static CapturedAttachment Read(MimeEntity part, int index)
    {
        using var content = new MemoryStream();
        switch (part)
        {
            case MimePart { Content: { } encoded }:
                encoded.DecodeTo(content);
                break;
            case MessagePart { Message: { } inner }:
                inner.WriteTo(content);
                break;
        }

        var name = part.ContentDisposition?.FileName ?? part.ContentType.Name;
        var isInline = part.ContentDisposition is not { IsAttachment: true };
        return new CapturedAttachment(NameOf(name, index), part.ContentType.MimeType, part.ContentId, isInline, content.ToArray());
    }

    /// <summary>No folder, nothing that a file name cannot hold, and not endless.</summary>
    private static string NameOf(string? name, int index)
    {
        var last = name?[(name.LastIndexOfAny(['/', '\\']) + 1)..] ?? "";
        var clean = new string([
            .. last.Where(static character => !char.IsControl(character) && !"\"<>|:*?".Contains(character, StringComparison.Ordinal)),
        ]).Trim('.', ' ');
        clean = clean.Length > LongestName ? clean[^LongestName..] : clean;
        return clean.Length > 0 ? clean : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"part-{index + 1}");
    }
}
